"""Claims made small before they are sealed: DEFLATE with a dictionary of what claims are made of, half the bytes of a register.

RFC 1950's preset dictionary, and raw DEFLATE (RFC 1951): a claim is too short to teach a compressor anything.
"""

from __future__ import annotations

import zlib

#: What claims are full of: the kinds, instants, the frame around values, and common words of Indonesian names, places and addresses. It
#: never changes, since what was made small with it is made large again with it; another one would have another number.
_VERSION = b"\x01"
_WORDS = (
    '[["civil_record","","1","2026-01-01T00:00:00+00:00",["worker_registration","passport_application","prevention_record","e_pmi","crossing"'
    '"self_report","complaint","repatriation","family_member","placement","passport","+07:00",["'
    "Lampung Bengkulu Jambi Pekanbaru Padang Sorong Jayapura Ternate Ambon Kendari Palu Gorontalo Manado Samarinda Banjarmasin Pontianak "
    "Surakarta Sleman Yogyakarta Tasikmalaya Garut Cianjur Sukabumi Bogor Serang Singaraja Denpasar Jember Banyuwangi Ponorogo Tulungagung "
    "Blitar Kediri Malang Cilacap Indramayu Cirebon Kupang Lombok Mataram Palembang Makassar Medan Semarang Surabaya Bandung Jakarta Kota "
    "Nasution Siregar Simanjuntak Saputra Kurniawan Suryani Susanti Handayani Lestari Rahmawati Wulandari Setiawan Hidayat Tri Dwi Eko Budi "
    "Agus Wahyu Putra Putri Dewi Sri Nur Siti Abdul Ahmad Muhammad Kabupaten Dusun Desa Gang Perum Jl. Melati No. 1 RT 001 RW 001 "
    'Jl. Merdeka No. RT 002 RW 003 ","","IDN"]]]","1","1990-01-01","","2","1985-12-","+6281","+62852","","Jl. ","","","",""]]]'
)
_DICTIONARY = _WORDS.encode()
#: A window of 4 KiB holds the dictionary and any claim; a larger one only costs more to set up.
_WINDOW, _MEMORY, _LEVEL = -12, 5, 6


def squeezed(plain: bytes) -> bytes:
    maker = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return _VERSION + maker.compress(plain) + maker.flush()


def unsqueezed(kept: bytes) -> bytes:
    """The inverse of `squeezed`. Raises ValueError for bytes of another version, zlib.error for damaged ones."""
    if kept[:1] != _VERSION:
        raise ValueError(f"claims were made small by version {kept[:1]!r}, and this program knows {_VERSION!r}")
    return zlib.decompressobj(_WINDOW, _DICTIONARY).decompress(kept[1:])
