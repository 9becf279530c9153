"""Words of Indonesian names in nine traditions, for the benchmark's people. Written apart from the sandbox and the policy.

Shapes and shares follow DOMAIN C1: a Muhammad word in 8.6 % of names, Nur 3 %, Siti 1.5 %, one word in a quarter, and
a long tail (225,000 different words in a public corpus of 970,000 names): common words stand in lists, commonest first,
and the tail is put together from syllables. A table has 65,536 places, so that 16 bits draw a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

PLACES = 65_536
#: How much of a table its syllable-made tail takes, and how fast it falls off: the r-th word weighs 1 / (r + flat).
TAIL, HEAD_FLAT, TAIL_FLAT = 0.6, 8.0, 800.0


def table(words: Sequence[str], tail: Iterable[str] = (), share: float = TAIL) -> tuple[str, ...]:
    """Words filled into 65,536 places, the first ones most often."""
    head, rest = list(dict.fromkeys(words)), [word for word in dict.fromkeys(tail) if word not in set(words)]
    left = share if rest else 0.0
    return tuple(spread(head, 1 - left, HEAD_FLAT) + spread(rest, left, TAIL_FLAT))[:PLACES]


def spread(words: Sequence[str], share: float, flat: float) -> list[str]:
    """Each word as often as its rank says, at least once; together `share` of the table."""
    if not words:
        return []
    weights = [1 / (rank + flat) for rank in range(len(words))]
    unit = PLACES * share / sum(weights)
    filled = [word for word, weight in zip(words, weights, strict=True) for _ in range(max(1, round(weight * unit)))]
    return (filled + [words[0]] * PLACES)[: round(PLACES * share)]


def counted(said: str) -> tuple[str, ...]:
    """A table from "word:count word:count"."""
    pairs = [(word.replace("_", " "), int(count)) for word, _, count in (part.partition(":") for part in said.split())]
    whole = sum(count for _, count in pairs)
    filled = [word for word, count in pairs for _ in range(max(1, count * PLACES // whole))]
    return tuple((filled + [pairs[0][0]] * PLACES)[:PLACES])


def glued(*parts: str) -> list[str]:
    """Every way to glue one syllable of each part together."""
    return ["".join(chosen).capitalize() for chosen in product(*(part.split() for part in parts))]


def listed(said: str) -> list[str]:
    """Words parted by blanks; a name of two words has a low line between them."""
    return [word.replace("_", " ") for word in said.split()]


MUHAMMAD = counted(
    "Muhammad:75256 Muhamad:4305 Mohammad:2212 Mohamad:747 Mochammad:503 Mochamad:396 Muchamad:141 Muchammad:139 M.:4850 Muh.:900 Moh.:1100 Moch.:400"
)
AHMAD = counted("Ahmad:12060 Achmad:4422 Akhmad:1470 Ahmat:287")
ABDUL = counted("Abdul:9000 Abd.:900 Abdur:600")
SITI = counted("Siti:14800 St.:300 Sitti:700")
NUR = counted("Nur:28649 Noor:4295 Nor:2378 Noer:248")

JAVA_M = table(
    listed(
        "Agus Budi Eko Joko Slamet Sutrisno Suparman Bambang Wahyu Hadi Sugeng Teguh Dwi Tri Yanto Suyanto Sumarno Sunarto "
        "Purnomo Widodo Santoso Prasetyo Wibowo Nugroho Setiawan Susanto Hartono Raharjo Handoko Kuncoro Sudarmono Suwarno "
        "Mulyono Sukarno Suharto Sutopo Supriyadi Riyanto Haryanto Wijaya Saputra Kurniawan Utomo Cahyono Subagyo Triyono "
        "Darmawan Basuki Pranoto Waluyo Margono Ngatimin Paiman Tukiman Wagiman Sarjono Rochmad Sukirman Ponidi Gunawan"
    ),
    glued(
        "su har pur wi dar mar kus ji par sar bam wid her ru mul pra hand yu ka ti ngat pon wag tuk",
        "gi mar ha ta di ka wi ni ro la ya pri",
        "yanto nto man jo no di yono to yadi nardi wan tono",
    ),
)
JAVA_F = table(
    listed(
        "Sri Wahyuni Dewi Endang Rini Ningsih Sulastri Sumiati Lestari Handayani Rahayu Wulandari Astuti Suryani Indah Puji "
        "Tri Dwi Eka Retno Kartini Sumarni Suparmi Susilowati Purwanti Setyowati Winarsih Kusuma Utami Hartati Yuliani Murni "
        "Sarwendah Tumini Suminem Partinah Ngatinah Wagiyem Painah Lasmini Kasmirah Prihatin Widayati Mulyani Suharti Ratmi "
        "Yuni Tuti Nanik Titik Sarinah Rukmini Pujiastuti Darmi Karsinah Marsih Sutinah Ponirah Anggraini Fitriani"
    ),
    glued(
        "su har pur wi dar mar kus ji par sar win wid her ru mul pra hand yu ka ti ngat pon wag tuk las",
        "mi ni wa ti ya ri na sa la di",
        "ningsih wati yani yem nah tun sih rah ti ni ari astuti",
    ),
)
SUNDA_M = table(
    listed(
        "Asep Dadang Ujang Cecep Maman Dede Yayan Iwan Deden Encep Aceng Entis Otong Tatang Endang Jajang Nandang Ade Usep "
        "Engkos Kosasih Suherman Sutisna Hidayat Rohman Saepudin Kusnadi Rustandi Sunandar Permana Wiguna Sobari Sukmana "
        "Komarudin Hermawan Karna Rukmana Supriatna Suryana Gumilar"
    ),
    glued(
        "a u ka ru su ma da en di ko ta ya ju na",
        "ce di ma sa ro ka nda wi rya ki",
        "ng p tna na man di har sih ndi rna wan",
    ),
)
SUNDA_F = table(
    listed(
        "Neneng Euis Iis Dedeh Imas Ai Elis Yeti Nining Cucu Titin Kokom Enung Lilis Heni Komariah Rohaeti Nurhayati Rostika "
        "Kartika Sumiyati Juariah Suhaeti Maryati Karwati Rukoyah Rokayah Nengsih Tarsih Cicih Oom Popon Ecin Atikah"
    ),
    glued(
        "ko ro su ma ka nu ju e i ti ci ne ru wi",
        "ma ha la ka ri na te yo lis sa",
        "riah eti yah sih ti ni ngsih nah wati roh",
    ),
)
ISLAM_M = table(
    listed(
        "Rahman Hidayat Rizki Fauzi Yusuf Ibrahim Ismail Hasan Husein Ali Umar Arif Ridwan Syaiful Zainal Abidin Fadli Ilham Iqbal "
        "Rahmat Hakim Malik Aziz Karim Latif Hamid Ramadhan Firdaus Taufik Syarif Anwar Luthfi Fikri Haris Nasrullah Mustofa "
        "Khairul Burhan Jamaludin Saifuddin Salim Amin Junaidi Bahri Syahrul Fahmi Rasyid Mansur Yahya Zaki Naufal Akbar "
        "Alfarizi Maulana Hafiz Ihsan Farhan Habibi Romadhon Sodikin Muslim Mukhlis Nasution"
    ),
    glued(
        "sa ha kha ma na fa ra mu zai syam naj qo jam bad sir fakh",
        "li mi ri ni si fi ru ha",
        "d din k m l r f q s rudin mudin",
    ),
)
ISLAM_F = table(
    listed(
        "Aisyah Fatimah Khadijah Aminah Nurhayati Rahmawati Hasanah Fitri Annisa Halimah Zahra Maryam Nurjanah Rohimah Mutia "
        "Salamah Zubaidah Latifah Azizah Maimunah Nurlaila Safitri Zahroh Khoirunnisa Maghfiroh Aulia Nabila Rosidah Hidayah "
        "Karimah Munawaroh Saidah Jamilah Habibah Sholihah Ruqayyah Hafsah Rukayah Humairah Faizah Salsabila Nafisah Qomariyah"
    ),
    glued(
        "sa ha kha ma na fa ra mu zu sya ju qo ro ba si nu",
        "li mi ri ni si fi ru di ba hi",
        "dah mah lah rah sah fah tun nah yah qoh",
    ),
)
MODERN_M = table(
    listed(
        "Rizky Dimas Andika Kevin Bayu Aldi Reza Rangga Galih Fajar Doni Rendi Ferdi Yoga Bagas Arya Rama Dafa Rafi Gilang "
        "Pratama Putra Saputra Ramadhan Wijaya Nugraha Mahendra Perdana Permana Pradana Alvaro Kenzo Raditya Satria Dirgantara"
    ),
    glued("al re ke da ra ar ga fe vi ze ni", "vi ndi fa ri dra na za ke", "no an n do s to ar el ansyah"),
)
MODERN_F = table(
    listed(
        "Putri Ayu Dinda Intan Bella Citra Dian Maya Nadia Vina Tasya Wulan Mega Novi Yulia Ratna Anggun Amelia Cantika Febri "
        "Permata Maharani Lestari Safira Anggraeni Ramadhani Oktaviani Aprilia Septiani Azzahra Kirana Aurelia Keisha Nayla"
    ),
    glued("al re ke da ra ar ne fe vi ze ni chi", "vi ndi fa ri dra na sya li", "na a ra lia sa ta ni ela ndah"),
)
BATAK_M = table(
    listed(
        "Parlindungan Togar Hotman Sahat Jonson Maruli Tigor Monang Binsar Poltak Ucok Saut Mangasa Robert Halomoan Edison Jefri"
    ),
    glued("man par to ho sa bin hal", "ga lin mo ha sa ti", "r ng san tua n rius"),
)
BATAK_F = table(
    listed("Rotua Tiurma Lasma Duma Hotmaida Romauli Nurmala Tiarma Rosdiana Lamria Sondang Risma Delima Basaria Uli"),
    glued("ro ti las du hot nur lam", "ma ur tu sa ri", "ida uli na ria ma"),
)
MARGA = table(
    listed(
        "Siregar Nasution Lubis Harahap Hutabarat Simanjuntak Sinaga Sihombing Manurung Situmorang Pasaribu Nainggolan Silalahi "
        "Purba Tarigan Ginting Sembiring Hutagalung Panjaitan Simbolon Sitorus Tampubolon Marpaung Napitupulu Aritonang Sianipar "
        "Lumbantobing Pardede Saragih Hasibuan Daulay Batubara Rangkuti Tambunan Siahaan Gultom Samosir Rajagukguk Damanik Girsang"
    )
)
NTT_M = table(
    listed(
        "Yohanes Petrus Paulus Markus Yosef Fransiskus Agustinus Antonius Stefanus Kornelis Marthen Melkianus Yakobus Simon Frans"
    ),
    glued("yo mar ko al be da fe", "ne ri li ni si", "us son n anus tus"),
)
NTT_F = table(
    listed(
        "Maria Yuliana Margareta Agnes Theresia Elisabeth Yasinta Kristina Veronika Magdalena Yohana Martina Katarina Rosalia"
    ),
    glued("yo mar ko al be da fe", "ne ri li ni si", "ana na ta sia ana"),
)
FAM = table(
    listed(
        "Nahak Bria Seran Tefa Taek Lopes Soares Pereira Mau Klau Bere Fernandes Lay Tanaem Benu Neno Kolo Manek Sila Boimau "
        "Selan Nubatonis Liunokas Fallo Tnunay Banunaek Pattiasina Tuhumury Latuconsina Lumowa Rumengan"
    )
)
BALI_ORDER = counted("Wayan:22 Putu:20 Gede:12 Made:20 Kadek:14 Nengah:6 Nyoman:14 Komang:12 Ketut:14")
BALI_M = table(
    listed(
        "Sudarma Suardana Artawan Sudiana Wirawan Suarta Adnyana Sukerta Merta Sudana Astawa Widiana Mahardika Parwata Budiarta"
    ),
    glued("su ar wi ma wid mer", "da ar ka ya na wi", "rma na wan rta ta sa dnyana"),
)
BALI_F = table(
    listed(
        "Suartini Sukerti Ariani Widiasih Suryani Wati Ayuni Mertasih Rasmini Yuniari Puspawati Adnyani Sulastri Budiasih"
    ),
    glued("su ar wi ma wid mer", "da ar ka ya na wi", "rtini ni asih wati ani sri"),
)
HAN_LAST = table(
    listed(
        "Tanuwijaya Halim Gunawan Wijaya Santoso Susanto Lim Tan Liem Kusuma Hartanto Salim Setiawan Widjaja Oei Sutanto "
        "Chandra Tjandra Lie Ongko Hadiwijaya"
    )
)
HAN_M = table(
    listed(
        "Hendra Steven Andreas William Rudy Kevin Robby Jimmy Budianto Tommy Edwin Wilson Ferry Hendrik Yongki Ricky"
    ),
    glued("bu han al ed ri ste", "di dri vi wi", "anto k n son"),
)
HAN_F = table(
    listed(
        "Meilina Lanny Linda Susan Silvia Fenny Jessica Angelina Melissa Shirley Yenny Lily Cindy Felicia Vivian Mei"
    ),
    glued("mei lan si fe je ly", "li vi ni ssi", "na a ani ana"),
)
BUGIS_M = table(
    listed(
        "Andi Baso Daeng Ambo Sudirman Syamsul Amiruddin Burhanuddin Hamzah Takdir Rusli Lukman Arsyad Jufri Mappatoba Sultan Tenri"
    ),
    glued("map pal ka ru mas", "pa la ma du", "ngara toba udu wang sse"),
)
BUGIS_F = table(
    listed(
        "Andi Hasnah Rosmini Hartati Nurbaya Tenri Besse Rahmatia Marwah Dalle Bau Indo Masita Jumriah Suriani Kasmawati"
    ),
    glued("has ros mar ka ra", "ni ma wa si", "ah wati yanti na"),
)
BIN = counted("bin:1")
BINTI = counted("binti:1")
