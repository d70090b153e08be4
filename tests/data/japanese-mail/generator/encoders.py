# SPDX-License-Identifier: Apache-2.0
"""Text to bytes, as mail programs write it. Nothing here reads a mail.

Python's codecs give the mappings (cp932, euc_jp for JIS X 0212, the non-Japanese ones); the
ISO-2022-JP family and EUC-JP are written from the row and cell numbers of CP932, because that is
what these labels mean in mail and what Python's own codecs of that name do not do.
"""

import base64
import binascii

ESC = b"\x1b"


def _nec_selected():
    """The IBM kanji as NEC placed them in rows 89 to 92: the only places that JIS can name."""
    table = {}
    for lead in (0xED, 0xEE):
        for trail in list(range(0x40, 0x7F)) + list(range(0x80, 0xFD)):
            pair = bytes((lead, trail))
            try:
                table.setdefault(pair.decode("cp932"), pair)
            except UnicodeDecodeError:
                pass
    return table


NEC_SELECTED = _nec_selected()


def is_half_kana(char):
    return "｡" <= char <= "ﾟ"


def sjis(text):
    return text.encode("cp932")


def jis_of_sjis(pair):
    """A Shift_JIS pair as row and cell octets of JIS X 0208 (0x21 to 0x7E each)."""
    lead, trail = pair
    row = (lead - (0x81 if lead <= 0x9F else 0xC1)) * 2 + 0x21
    if trail >= 0x9F:
        return bytes((row + 1, trail - 0x7E))
    return bytes((row, trail - 0x1F - (1 if trail >= 0x80 else 0)))


def jis_pair(char):
    pair = char.encode("cp932")
    if pair[0] >= 0xF0:
        pair = NEC_SELECTED[char]
    return jis_of_sjis(pair)


def jis_x_0212_pair(char):
    code = char.encode("euc_jp")
    assert len(code) == 3 and code[0] == 0x8F
    return bytes((code[1] & 0x7F, code[2] & 0x7F))


def in_cp932(char):
    try:
        char.encode("cp932")
        return True
    except UnicodeEncodeError:
        return False


def euc(text):
    out = b""
    for char in text:
        if ord(char) < 0x80:
            out += char.encode()
        elif is_half_kana(char):
            out += bytes((0x8E, ord(char) - 0xFF61 + 0xA1))
        elif in_cp932(char):
            out += bytes(octet | 0x80 for octet in jis_pair(char))
        else:
            out += b"\x8f" + bytes(octet | 0x80 for octet in jis_x_0212_pair(char))
    return out


def jis(text, kana="escape", kanji=b"$B", ascii_set=b"(B", final=True):
    """ISO-2022-JP. `kana` says how half-width kana are written: by ESC ( I, by SO and SI, or as
    8-bit octets. Without `final` the last line never returns to ASCII."""
    out, mode = b"", "ascii"

    def switch(to):
        nonlocal out, mode
        if to == mode:
            return
        if mode == "so":
            out += b"\x0f"
        if to == "so":
            if mode != "ascii":
                out += ESC + ascii_set
            out += b"\x0e"
        else:
            out += {"ascii": ESC + ascii_set, "kanji": ESC + kanji, "kana": ESC + b"(I",
                    "0212": ESC + b"$(D"}[to] if not (mode == "so" and to == "ascii") else b""
        mode = to

    for char in text:
        if ord(char) < 0x80:
            switch("ascii")
            out += char.encode()
        elif is_half_kana(char):
            code = ord(char) - 0xFF61 + 0xA1
            if kana == "8bit":
                switch("ascii")
                out += bytes((code,))
            else:
                switch("kana" if kana == "escape" else "so")
                out += bytes((code & 0x7F,))
        elif in_cp932(char):
            switch("kanji")
            out += jis_pair(char)
        else:
            switch("0212")
            out += jis_x_0212_pair(char)
    if final:
        switch("ascii")
    return out


_BY_CHARSET = {"cp932": sjis, "euc-jp": euc, "iso-2022-jp": jis}


def encode(text, charset):
    """By the name of the charset in expected.json, or a codec of Python."""
    return _BY_CHARSET[charset](text) if charset in _BY_CHARSET else text.encode(charset)


def b64(data):
    return base64.b64encode(data)


def b64_lines(data, width=76):
    text = b64(data)
    return b"\r\n".join(text[i:i + width] for i in range(0, len(text), width)) + b"\r\n"


def qp(data):
    return binascii.b2a_qp(data.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")


def q(data):
    """The Q encoding of RFC 2047, of everything but letters and digits."""
    keep = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return b"".join(
        bytes((c,)) if c in keep else b"_" if c == 0x20 else b"=%02X" % c for c in data)


def word_b(data, label):
    return b"=?" + label.encode() + b"?B?" + b64(data) + b"?="


def word_q(data, label):
    return b"=?" + label.encode() + b"?Q?" + q(data) + b"?="


def percent(data):
    keep = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
    return b"".join(bytes((c,)) if c in keep else b"%%%02X" % c for c in data)


def uu(name, data, end=True):
    out = b"begin 644 " + name + b"\r\n"
    for i in range(0, len(data), 45):
        out += binascii.b2a_uu(data[i:i + 45], backtick=True).replace(b"\n", b"\r\n")
    return out + (b"`\r\nend\r\n" if end else b"")


def crlf(data):
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
