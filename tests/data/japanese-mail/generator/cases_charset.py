# SPDX-License-Identifier: Apache-2.0
"""Labels: the families of labels, labels that lie, no label at all."""

from encoders import b64_lines, encode, euc, jis, qp, sjis, word_b, word_q

FAMILIES = (
    ("cp932", "Shift_JIS means CP932", "shift_jis Shift-JIS sjis x-sjis ms_kanji windows-31j cp932 "
     "csShiftJIS cswindows31j ms932 x-ms-cp932"),
    ("euc-jp", "EUC-JP means CP51932/eucJP-ms", "euc-jp x-euc-jp eucjp cp51932 eucJP-ms eucJP-win "
     "ujis cseucpkdfmtjapanese"),
    ("iso-2022-jp", "ISO-2022-JP is a family", "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 "
     "iso-2022-jp-3 iso-2022-jp-ms cp50220 cp50221 cp50222 csiso2022jp ISO-2022-JP-2004"),
    ("utf-8", "UTF-8", "utf-8 UTF8 unicode-1-1-utf-8"),
)
BODY = ("㈱山田商店の髙橋です。\r\n①のご注文、№１２３の件、～と－も届きました。\r\n"
        "半角ｶﾅ ﾀﾞﾝﾎﾞｰﾙ \\1,000\r\n表示・能力・ソ連・十\r\n")
SUBJECT = "【重要】①ご注文の件 ㈱髙橋"


def families(c):
    for charset, rule, labels in FAMILIES:
        c.rule("label", rule)
        for number, label in enumerate(labels.split()):
            data = encode(BODY, charset)
            how = ("8bit", "base64", "quoted-printable")[number % 3]
            body = {"8bit": data, "base64": b64_lines(data), "quoted-printable": qp(data)}[how]
            word = (word_b if number % 2 == 0 else word_q)(encode(SUBJECT, charset), label)
            c.text_mail(
                label.lower(), f"label {label}, {how}",
                f"text/plain; charset={label}" if number % 2 else f'text/plain; charset="{label}"',
                body, BODY.replace("\r\n", "\n").rstrip("\n"), (charset, True), how,
                head=[("Subject", word)], subject=SUBJECT, subject_decoding=(charset, True))


# label, the charset it means, the codec of Python, a text
OTHERS = (
    ("iso-8859-1", "windows-1252", "cp1252", "Voilà “l’été” – 10 € à la crème"),
    ("latin1", "windows-1252", "cp1252", "Grüße aus Köln – 5 €"),
    ("windows-1252", "windows-1252", "cp1252", "Straße „Süd“ …"),
    ("us-ascii", "us-ascii", "ascii", "Plain words."),
    ("gb2312", "gb18030", "gb18030", "您好，请问订单什么时候发货？"),
    ("gbk", "gb18030", "gb18030", "訂單號碼與發票镕"),
    ("gb18030", "gb18030", "gb18030", "四字节字符㐂和€"),
    ("cp936", "gb18030", "gb18030", "谢谢您的回复"),
    ("hz-gb-2312", "hz", "hz", "你好 hello 世界"),
    ("euc-kr", "cp949", "cp949", "안녕하세요. 주문 문의입니다."),
    ("ks_c_5601-1987", "cp949", "cp949", "똠방각하 펲시콜라"),
    ("ks_c_5601", "cp949", "cp949", "갂갃 배송 문의"),
    ("cp949", "cp949", "cp949", "쓩 감사합니다"),
    ("iso-2022-kr", "iso-2022-kr", "iso2022_kr", "안녕하세요 abc 감사합니다"),
    ("big5", "big5-hkscs", "big5hkscs", "您好，請問訂單何時出貨？"),
    ("big5-hkscs", "big5-hkscs", "big5hkscs", "嘅訂單喺邊度？"),
    ("cp950", "big5-hkscs", "big5hkscs", "謝謝您的來信"),
    ("koi8-r", "koi8-r", "koi8_r", "Здравствуйте, где мой заказ?"),
    ("koi8-u", "koi8-u", "koi8_u", "Доброго дня, її замовлення"),
    ("windows-1250", "windows-1250", "cp1250", "Dzień dobry, proszę o fakturę – żółć"),
    ("windows-1251", "windows-1251", "cp1251", "Добрый день, №5"),
    ("windows-1253", "windows-1253", "cp1253", "Καλημέρα σας"),
    ("windows-1254", "windows-1254", "cp1254", "İyi günler, sipariş"),
    ("windows-1255", "windows-1255", "cp1255", "שלום"),
    ("windows-1256", "windows-1256", "cp1256", "مرحبا"),
    ("windows-1257", "windows-1257", "cp1257", "Labrīt, pasūtījums"),
    ("windows-1258", "windows-1258", "cp1258", "Đơn hàng"),
    ("iso-8859-2", "iso-8859-2", "iso8859_2", "Dobrý den, žádám o účet"),
    ("iso-8859-5", "iso-8859-5", "iso8859_5", "Добрый день"),
    ("iso-8859-7", "iso-8859-7", "iso8859_7", "Καλημέρα"),
    ("iso-8859-9", "windows-1254", "cp1254", "Şubat ayı – 10 €"),
    ("iso-8859-15", "iso-8859-15", "iso8859_15", "Prix : 10 €, œuvre"),
    ("tis-620", "windows-874", "cp874", "สวัสดีครับ"),
    ("utf-7", "utf-7", "utf_7", "ご注文 1+1=2 の件"),
    ("utf-16", "utf-16", "utf_16", "ご注文の件 😀"),
    ("utf-16le", "utf-16le", "utf_16_le", "山田太郎"),
    ("utf-16be", "utf-16be", "utf_16_be", "山田太郎 😀"),
)


def others(c):
    c.rule("other", "Every other charset")
    for label, charset, codec, text in OTHERS:
        data = (text + "\r\n").encode(codec)
        word = word_b(text.encode(codec), label)
        c.text_mail(label, f"{label} in base64", f"text/plain; charset={label}",
                    b64_lines(data), text, (charset, True), "base64",
                    head=[("Subject", word)], subject=text, subject_decoding=(charset, True))
    text = "ソフトの表示 😀"
    c.text_mail("utf-8-emoji", "UTF-8 with a character outside the BMP, 8 bit",
                "text/plain; charset=utf-8", text.encode() + b"\r\n", text, ("utf-8", True))
    c.text_mail("utf-8-bom", "a byte order mark is no text", "text/plain; charset=utf-8",
                b"\xef\xbb\xbf" + "本文".encode() + b"\r\n", "本文", ("utf-8", True))


KANA = "こんにちは。さくらのまちのはなやです。おとどけのひをおしえてください。"


def lies(c):
    c.rule("lie", "Labels lie")
    for label in ("iso-8859-1", "us-ascii", "windows-1252", "koi8-r", "iso-8859-15", "shift_jis",
                  "euc-jp", "iso-2022-jp", "gb2312", "big5", "x-user-defined", "unknown-8bit"):
        c.text_mail(f"utf-8-as-{label}", f"UTF-8 under the label {label}",
                    f"text/plain; charset={label}", KANA.encode() + b"\r\n", KANA, ("utf-8", True))
    for label in ("utf-8", "iso-2022-jp", "us-ascii", "iso-8859-1", "windows-1252", "no-such-charset"):
        c.text_mail(f"sjis-as-{label}", f"Shift_JIS under the label {label}",
                    f"text/plain; charset={label}", sjis(KANA) + b"\r\n", KANA, ("cp932", True))
        c.text_mail(f"euc-as-{label}", f"EUC-JP under the label {label}",
                    f"text/plain; charset={label}", euc(KANA) + b"\r\n", KANA, ("euc-jp", True))
    for label in ("utf-8", "us-ascii", "iso-8859-1", "shift_jis", "euc-jp", "no-such-charset"):
        c.text_mail(f"jis-as-{label}", f"ISO-2022-JP under the label {label}",
                    f"text/plain; charset={label}", jis(KANA) + b"\r\n", KANA,
                    ("iso-2022-jp", True))
    c.text_mail("sjis-as-euc-jp", "Shift_JIS under the label euc-jp: read, but not trusted",
                "text/plain; charset=euc-jp", sjis(KANA) + b"\r\n", KANA, ("cp932", False))
    c.text_mail("euc-as-shift_jis", "EUC-JP under the label shift_jis: read, but not trusted",
                "text/plain; charset=shift_jis", euc(KANA) + b"\r\n", KANA, ("euc-jp", False))
    c.text_mail("empty-label", "an empty charset parameter", 'text/plain; charset=""',
                sjis(KANA) + b"\r\n", KANA, ("cp932", True))
    c.text_mail("label-in-quotes", "a label in single quotes", "text/plain; charset='shift_jis'",
                sjis("表示") + b"\r\n", "表示", ("cp932", True))
    for label, data, charset in (("iso-8859-1", "ご注文".encode(), "utf-8"),
                                 ("utf-8", sjis("こんにちは"), "cp932"),
                                 ("utf-8", jis("ご注文"), "iso-2022-jp"),
                                 ("us-ascii", euc("こんにちは"), "euc-jp")):
        text = "こんにちは" if charset in ("cp932", "euc-jp") else "ご注文"
        c.subject_mail(f"word-{charset}-as-{label}",
                       f"an encoded-word of {charset} under the label {label}",
                       word_b(data, label), text, (charset, True))
    text = "ご注文の件で何度もご連絡していますがお返事がありません。"
    c.text_mail("utf-8-cut", "UTF-8 that was cut inside a character is still UTF-8",
                "text/plain; charset=utf-8", text.encode()[:-1] + b"\r\n", text[:-1] + "\ufffd",
                ("utf-8", False))
    c.text_mail("html-meta", "html without a charset parameter names its own", "text/html",
                b'<html><head><meta charset="Shift_JIS"></head><body><p>' + sjis("表示") + b"</p></body></html>\r\n",
                "表示", ("cp932", True), html_decoding=("cp932", True),
                html='<html><head><meta charset="Shift_JIS"></head><body><p>表示</p></body></html>')
    c.text_mail("html-header-wins", "the header's charset beats the html's own",
                "text/html; charset=utf-8",
                '<html><head><meta charset="Shift_JIS"></head><body><p>表示</p></body></html>\r\n'.encode(),
                "表示", ("utf-8", True), html_decoding=("utf-8", True),
                html='<html><head><meta charset="Shift_JIS"></head><body><p>表示</p></body></html>')


def detection(c):
    c.rule("detect", "No label: detection")
    for charset in ("utf-8", "cp932", "euc-jp", "iso-2022-jp"):
        data = encode(KANA, charset) + b"\r\n"
        c.text_mail(f"{charset}-no-type", f"{charset} without any Content-Type", None, data, KANA,
                    (charset, True), None)
        c.text_mail(f"{charset}-no-charset", f"{charset}, Content-Type without charset",
                    "text/plain", data, KANA, (charset, True))
        c.text_mail(f"{charset}-qp", f"{charset} without charset, quoted-printable", "text/plain",
                    qp(data), KANA, (charset, True), "quoted-printable")
    c.text_mail("half-width-sjis", "half-width kana only, Shift_JIS: a guess", "text/plain",
                sjis("ﾃｽﾄ ﾒｰﾙ ﾃﾞｽ") + b"\r\n", "ﾃｽﾄ ﾒｰﾙ ﾃﾞｽ", ("cp932", False))
    c.text_mail("kanji-only-sjis", "kanji without kana, Shift_JIS: read, but unsure", "text/plain",
                sjis("見積書送付御案内株式会社山田商店") + b"\r\n", "見積書送付御案内株式会社山田商店",
                ("cp932", False))
    c.text_mail("kanji-only-euc", "kanji without kana, EUC-JP: read, but unsure", "text/plain",
                euc("見積書在中") + b"\r\n", "見積書在中", ("euc-jp", False))
    text = "Voilà l'été, où le garçon a mangé des crêpes à la crème"
    c.text_mail("western", "8-bit Latin letters without a label are a guess", "text/plain",
                text.encode("cp1252") + b"\r\n", text, ("windows-1252", False))
    text = "Здравствуйте, подскажите пожалуйста, когда будет отправлен мой заказ? Спасибо большое."
    c.text_mail("cyrillic", "Cyrillic without a label is a guess", "text/plain",
                text.encode("cp1251") + b"\r\n", text, ("windows-1251", False))
    text = ("안녕하세요. 지난주에 주문한 상품이 아직 도착하지 않았습니다. 확인 부탁드립니다. "
            "주문 번호는 아래와 같습니다.")
    c.text_mail("korean", "Korean without a label is a guess", "text/plain",
                text.encode("cp949") + b"\r\n", text, ("cp949", False))
    text = "您好，我上周订购的商品还没有收到，请帮我查询一下物流信息，谢谢。订单号码在下面。"
    c.text_mail("chinese", "Chinese without a label is a guess", "text/plain",
                text.encode("gb18030") + b"\r\n", text, ("gb18030", False))
    c.text_mail("two-kanji-sjis", "too short to be sure of", "text/plain", sjis("至急") + b"\r\n",
                "至急", ("cp932", False))


def add(c):
    families(c)
    others(c)
    lies(c)
    detection(c)
