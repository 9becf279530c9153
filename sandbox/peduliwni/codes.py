"""Peduli WNI's own codes: missions with their zones, and the words it uses for purpose, case and reason.

No code list of the real system is public (DOMAIN A5): all of these are guesses in its manner.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Mission:
    """The mission that looks after citizens in one country. Its officers write their own local time."""

    code: str
    country: str  # ISO 3166-1 alpha-2, as Peduli WNI writes it
    name: str  # of the country, in Indonesian
    zone: ZoneInfo


#: alpha-3 of the country, mission, alpha-2, Indonesian name, zone of the mission.
MISSION_TABLE = """
MYS KBRI-KLP MY Malaysia Asia/Kuala_Lumpur
SGP KBRI-SIN SG Singapura Asia/Singapore
BRN KBRI-BSB BN Brunei_Darussalam Asia/Brunei
THA KBRI-BKK TH Thailand Asia/Bangkok
KHM KBRI-PNH KH Kamboja Asia/Phnom_Penh
LAO KBRI-VTE LA Laos Asia/Vientiane
MMR KBRI-YGN MM Myanmar Asia/Yangon
VNM KBRI-HAN VN Vietnam Asia/Ho_Chi_Minh
PHL KBRI-MNL PH Filipina Asia/Manila
TLS KBRI-DLI TL Timor_Leste Asia/Dili
PNG KBRI-POM PG Papua_Nugini Pacific/Port_Moresby
HKG KJRI-HKG HK Hong_Kong Asia/Hong_Kong
TWN KDEI-TPE TW Taiwan Asia/Taipei
CHN KBRI-BJG CN Tiongkok Asia/Shanghai
MAC KJRI-HKG MO Makau Asia/Macau
JPN KBRI-TKY JP Jepang Asia/Tokyo
KOR KBRI-SEL KR Korea_Selatan Asia/Seoul
IND KBRI-NDL IN India Asia/Kolkata
PAK KBRI-ISB PK Pakistan Asia/Karachi
BGD KBRI-DHK BD Bangladesh Asia/Dhaka
LKA KBRI-CMB LK Sri_Lanka Asia/Colombo
MDV KBRI-CMB MV Maladewa Indian/Maldives
SAU KBRI-RYD SA Arab_Saudi Asia/Riyadh
ARE KBRI-ABD AE Uni_Emirat_Arab Asia/Dubai
QAT KBRI-DOH QA Qatar Asia/Qatar
KWT KBRI-KWC KW Kuwait Asia/Kuwait
BHR KBRI-MNM BH Bahrain Asia/Bahrain
OMN KBRI-MCT OM Oman Asia/Muscat
JOR KBRI-AMM JO Yordania Asia/Amman
LBN KBRI-BEI LB Lebanon Asia/Beirut
SYR KBRI-DMS SY Suriah Asia/Damascus
IRQ KBRI-BGH IQ Irak Asia/Baghdad
IRN KBRI-THR IR Iran Asia/Tehran
YEM KBRI-MCT YE Yaman Asia/Aden
EGY KBRI-KAI EG Mesir Africa/Cairo
LBY KBRI-TRP LY Libya Africa/Tripoli
TUN KBRI-TUN TN Tunisia Africa/Tunis
DZA KBRI-ALG DZ Aljazair Africa/Algiers
MAR KBRI-RBT MA Maroko Africa/Casablanca
SDN KBRI-KHT SD Sudan Africa/Khartoum
ZAF KBRI-PTR ZA Afrika_Selatan Africa/Johannesburg
NGA KBRI-ABJ NG Nigeria Africa/Lagos
SEN KBRI-DKR SN Senegal Africa/Dakar
MUS KBRI-ANT MU Mauritius Indian/Mauritius
TUR KBRI-ANK TR Turki Europe/Istanbul
NLD KBRI-DHG NL Belanda Europe/Amsterdam
DEU KBRI-BLN DE Jerman Europe/Berlin
GBR KBRI-LDN GB Inggris Europe/London
FRA KBRI-PRS FR Prancis Europe/Paris
ITA KBRI-ROM IT Italia Europe/Rome
ESP KBRI-MDR ES Spanyol Europe/Madrid
PRT KBRI-LSB PT Portugal Europe/Lisbon
POL KBRI-WRW PL Polandia Europe/Warsaw
HUN KBRI-BDP HU Hungaria Europe/Budapest
ROU KBRI-BKR RO Rumania Europe/Bucharest
RUS KBRI-MSK RU Rusia Europe/Moscow
NOR KBRI-OSL NO Norwegia Europe/Oslo
CHE KBRI-BRN CH Swiss Europe/Zurich
BEL KBRI-BRU BE Belgia Europe/Brussels
AUT KBRI-WIN AT Austria Europe/Vienna
SWE KBRI-STK SE Swedia Europe/Stockholm
DNK KBRI-KPH DK Denmark Europe/Copenhagen
FIN KBRI-HLS FI Finlandia Europe/Helsinki
CZE KBRI-PRH CZ Ceko Europe/Prague
GRC KBRI-ATN GR Yunani Europe/Athens
USA KBRI-WDC US Amerika_Serikat America/New_York
CAN KBRI-OTW CA Kanada America/Toronto
PER KBRI-LIM PE Peru America/Lima
FJI KBRI-SUV FJ Fiji Pacific/Fiji
AUS KBRI-CBR AU Australia Australia/Canberra
NZL KBRI-WLG NZ Selandia_Baru Pacific/Auckland
"""

MISSIONS = {
    alpha3: Mission(code, alpha2, name.replace("_", " "), ZoneInfo(zone))
    for alpha3, code, alpha2, name, zone in (line.split() for line in MISSION_TABLE.split("\n") if line)
}


def mission_of(country: str) -> Mission:
    """The mission for an alpha-3 country. Countries without one are written to Jakarta and keep their three letters."""
    return MISSIONS.get(country) or Mission("PWNI-JKT", country, country, ZoneInfo("Asia/Jakarta"))


PURPOSES = {
    "tourism": "WISATA",
    "umrah": "IBADAH",
    "haji": "IBADAH",
    "work": "BEKERJA",
    "study": "BELAJAR",
    "medical": "BEROBAT",
    "family_visit": "KUNJUNGAN_KELUARGA",
    "crew": "ABK",
    "internship": "MAGANG",
    "business": "BISNIS",
    "marriage": "MENIKAH",
}

CASE_SUBJECTS = {
    "unpaid_wages": "NAKER-GAJI",
    "passport_withheld": "NAKER-PASPOR",
    "violence": "KEKERASAN",
    "contact_lost": "HILANG-KONTAK",
    "other_job": "NAKER-PEKERJAAN",
    "overstay": "OVERSTAY",
    "forced_crime": "TPPO-ONLINE-SCAM",
    "ill": "SAKIT",
}

RETURN_CAUSES = {
    "scam_hub": "TPPO-ONLINE-SCAM",
    "labour": "NAKER",
    "overstay": "OVERSTAY",
    "ill": "SAKIT",
    "died": "MENINGGAL",
    "emergency": "KEDARURATAN",
    "crime": "PIDANA",
}

STATES = {
    "arrived": "TIBA",
    "moved": "PINDAH",
    "left": "PULANG",
    "open": "BARU",
    "in_progress": "PROSES",
    "closed": "SELESAI",
    "planned": "RENCANA",
    "departed": "BERANGKAT",
}

SEXES = {1: "PRIA", 2: "WANITA"}
