"""The policy pages as their officers use them: propose, try, shadow, compare, adopt, roll back; and who sees none of it."""

from __future__ import annotations

import re
from collections import Counter
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from suar.policies.models import Compared, Proposal, Run, Trial, Version
from suar.policies.queries import version_in_force
from suar.screening.jobs import shadow
from suar.site.auth import now
from tests import cast
from tests.policies.proposing import AGREED, WHY, text, weighing
from tests.screening import various

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
DOCUMENTS = "indicators/documents"
NEW = ("indicators", "documents")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def post(client: Client, page: str, *args: object, **told: str) -> int:
    return client.post(reverse(page, args=args), told).status_code


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def proposed(written: str = "") -> UUID:
    putri = cast.browser(cast.PUTRI)
    assert post(putri, "policy_new", *NEW, written=written or weighing(DOCUMENTS, 500), reason=WHY) == 302
    return Proposal.objects.latest("id").id


@pytest.mark.parametrize(
    ("old", "new", "told", "said"),
    [
        ("weight: ", "wieght: ", "<strong>placement_missing: weight</strong>: Bagian ini wajib diisi.", "This part is needed."),
        ("gives: raised", "gives: quiet", "Contoh ini menyebut diam, hasilnya muncul.", "This example says quiet and comes out as raised."),
        ("    when: ", "    when: sex == '2' && ", "sex bukan fakta.", "sex is no fact."),
        ("rules:", "rules: [", "bentuknya bukan YAML", "this is no YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_is_told_in_the_officers_language(old: str, new: str, told: str, said: str) -> None:
    head, rest = (
        text(DOCUMENTS).split("- code: placement_missing", 1) if old.startswith("weight") else ("", text(DOCUMENTS))
    )
    written = head + ("- code: placement_missing" if head else "") + rest.replace(old, new, 1)
    putri = cast.browser(cast.PUTRI)
    shown = []
    for tongue in ("id", "en"):
        putri.cookies["suar_language"] = tongue
        answer = putri.post(reverse("policy_new", args=NEW), {"written": written, "reason": WHY})
        assert answer.status_code == 422
        shown.append(answer.content.decode().split('<ul class="problems">')[1].split("</ul>")[0])
    assert told in shown[0] and said in shown[1]
    assert not re.search("Field required|comes out|is no fact|while parsing", shown[0])


def test_an_analyst_changes_a_table_and_a_second_person_adopts_it_without_code() -> None:
    putri, hendra = cast.browser(cast.PUTRI), cast.browser(cast.HENDRA)
    assert "Indikator: dokumen kerja" in page(putri, "policies")
    assert "placement_missing" in page(putri, "policy_new", *NEW)
    id_ = proposed()
    assert "Usul: Indikator: dokumen kerja" in page(hendra, "home")
    assert post(hendra, "policy_rule", id_, ruling="adopted", reason=AGREED) == 422  # not tried yet
    assert post(putri, "policy_try", id_) == 302
    assert "Menunggu giliran" in page(putri, "policy_proposal", id_)
    shadow.try_due(act=cast.hub(now()))
    assert post(hendra, "policy_rule", id_, ruling="adopted", reason="ya") == 422
    assert post(hendra, "policy_rule", id_, ruling="adopted", reason=AGREED) == 302
    told = page(putri, "policy_table", *NEW)
    assert all(one in told for one in ("Putri Anindya", "Hendra Gunawan", WHY, AGREED, "Bobot (seperseribu)"))
    assert version_in_force(DOCUMENTS, now()) == Version.objects.get(proposal=id_)


def test_what_is_wrong_is_shown_all_at_once_and_the_text_is_not_lost() -> None:
    putri = cast.browser(cast.PUTRI)
    written = text(DOCUMENTS).replace("gives: raised", "gives: quiet") + "# mine\n"
    answer = putri.post(reverse("policy_new", args=NEW), {"written": written, "reason": WHY})
    told = answer.content.decode()
    assert answer.status_code == 422 and told.count("Betulkan syaratnya atau contohnya.") == text(DOCUMENTS).count(
        "gives: raised"
    )
    assert "# mine" in told and WHY in told


def test_a_colleague_and_the_proposer_are_told_why_they_cannot() -> None:
    id_ = proposed()
    assert "kantor Anda sendiri" in page(cast.browser(cast.TOMI), "policy_proposal", id_)
    assert post(cast.browser(cast.TOMI), "policy_rule", id_, ruling="adopted", reason=AGREED) == 403
    assert post(cast.browser(cast.PUTRI), "policy_rule", id_, ruling="adopted", reason=AGREED) == 403
    assert post(cast.browser(cast.PUTRI), "policy_rule", id_, ruling="withdrawn") == 302


def test_rolling_back_is_one_form_and_the_second_persons_word() -> None:
    first = version_in_force(DOCUMENTS, now())
    assert first is not None
    id_ = proposed()
    cast.browser(cast.PUTRI).post(reverse("policy_try", args=[id_]))
    shadow.try_due(act=cast.hub(now()))
    assert post(cast.browser(cast.HENDRA), "policy_rule", id_, ruling="adopted", reason=AGREED) == 302
    assert 'data-key="r"' in page(cast.browser(cast.PUTRI), "policy_table", *NEW)
    assert post(cast.browser(cast.PUTRI), "policy_back", first.id, reason="") == 422
    assert post(cast.browser(cast.PUTRI), "policy_back", first.id, reason="Terlalu banyak rujukan keliru.") == 302
    back = Proposal.objects.latest("id")
    assert post(cast.browser(cast.HENDRA), "policy_rule", back.id, ruling="adopted", reason=AGREED) == 302
    held = version_in_force(DOCUMENTS, now())
    assert held is not None and held.content == first.content and held.id != first.id


# The comparison ---------------------------------------------------------------------------------------------------------------------


def compared(many: int = 90) -> UUID:
    """A shadow that would interview whom the live version helps, over so many screenings."""
    various.arrived()
    various.heard(now())
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    head, rest = text(DOCUMENTS).split("- code: placement_missing", 1)
    id_ = proposed(head + "- code: placement_missing" + rest.replace("suggests: assist", "suggests: secondary", 1))
    assert post(cast.browser(cast.PUTRI), "policy_shadow", id_, days="7") == 302
    for n in range(many):
        various.ask(n, at=now())
    later = Run.objects.get().from_at + (Run.objects.get().until_at - Run.objects.get().from_at) / 2
    assert shadow.follow_shadows(act=cast.hub(later)) == many
    return Run.objects.get().id


def test_the_comparison_masks_small_cells_and_every_number_leads_to_its_rows() -> None:
    run = compared()
    putri = cast.browser(cast.PUTRI)
    told = page(putri, "policy_compared", run)
    assert "90 pemeriksaan dibandingkan." in told and "Menurut provinsi tempat tinggal" in told
    links = re.findall(r'href="([^"]*/pemeriksaan/[^"]*)"[^>]*>([^<]*)<', told)
    numbers = [(link.replace("&amp;", "&"), said) for link, said in links if said.replace(".", "").isdigit()]
    assert len(numbers) > 5
    for link, said in numbers:
        assert int(said) >= 10
        shown = putri.get(link)
        assert shown.status_code == 200 and f'<span class="count">{said}</span>' in shown.content.decode(), link
    plain = re.sub(r"<[^>]+>", " ", told.split('id="matrix-title"')[1].split("</table>")[0])
    assert not [n for n in re.findall(r"\b\d+\b", plain) if 0 < int(n) < 10]
    assert "tidak ditampilkan" in told


def test_a_list_of_fewer_than_ten_is_not_shown_whoever_types_its_address() -> None:
    run = compared(150)
    putri = cast.browser(cast.PUTRI)
    address = reverse("policy_compared_rows", args=[run])
    cells = Counter(Compared.objects.filter(run=run).values_list("live", "age_band"))
    small, large = min(cells, key=lambda one: cells[one]), max(cells, key=lambda one: cells[one])
    assert cells[small] < 10 <= cells[large]
    assert putri.get(f"{address}?live={small[0]}&age_band={small[1]}").status_code == 404
    assert putri.get(f"{address}?live={large[0]}&age_band={large[1]}").status_code == 200
    assert putri.get(f"{address}?sex=1&age_band={large[1]}").status_code == 404  # groups are not crossed
    assert putri.get(f"{address}?screening=1").status_code == 200  # a word that is no filter filters nothing


def test_the_ids_behind_a_number_open_through_the_ordinary_door_alone() -> None:
    run = compared(12)
    told = page(cast.browser(cast.PUTRI), "policy_compared_rows", run)
    ids = re.findall(r"/meja/([0-9a-f-]{36})/", told)
    assert len(ids) == 12
    assert not any(various.body(UUID(one))["traveller"]["full_name"] in told for one in ids)
    assert cast.browser(cast.PUTRI).get(reverse("screening", args=[ids[0]])).status_code == 403
    assert cast.browser(cast.ARIF).get(reverse("screening", args=[ids[0]])).status_code == 200


@pytest.mark.parametrize("seat", [cast.BIMA, cast.ARIF, cast.MADE, cast.EKO, cast.LARAS])
def test_no_desk_and_no_lawyer_sees_the_comparison_by_group(seat: cast.Seat) -> None:
    run = compared(10)
    for name in ("policy_compared", "policy_compared_rows"):
        assert cast.browser(seat).get(reverse(name, args=[run])).status_code == 403


def test_a_trial_that_is_asked_for_twice_is_refused_and_its_result_is_read_by_the_second_person() -> None:
    various.arrived()
    for n in range(20):
        various.ask(n, at=now())
    id_ = proposed()
    assert post(cast.browser(cast.PUTRI), "policy_try", id_) == 302
    assert post(cast.browser(cast.PUTRI), "policy_try", id_) == 409
    shadow.try_due(act=cast.hub(now()))
    assert Trial.objects.get().done == 20
    assert "20 pemeriksaan ditimbang ulang" in page(cast.browser(cast.HENDRA), "policy_proposal", id_)
