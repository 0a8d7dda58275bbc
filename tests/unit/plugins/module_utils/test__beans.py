# Copyright (c) 2026, streamops.red5pro contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spring beans files: which bean is active and what its properties are, and that nothing else changes."""

from __future__ import annotations

import pytest
from ansible_collections.streamops.red5pro.plugins.module_utils._beans import (
    BeansError,
    activated,
    active,
    beans,
    check,
    values,
    with_values,
)

DUMMY = '<bean id="apiBridge" class="Dummy" init-method="initialize"></bean>'
AWS = '<bean id="apiBridge" class="Aws">\n  <property name="zone" value="${aws.zone}"/>\n</bean>'


def test_commented_bean_becomes_the_active_one() -> None:
    text = f"<beans>\n  <!-- Default -->\n  {DUMMY}\n  <!-- {AWS} -->\n</beans>\n"
    new = activated(text, "apiBridge", "Aws")
    assert new == f"<beans>\n  <!-- Default -->\n  <!-- {DUMMY} -->\n  {AWS}\n</beans>\n"
    assert activated(new, "apiBridge", "Aws") == new


@pytest.mark.parametrize(
    "comment, expected",
    [
        (f"<!--{AWS}-->", AWS),
        (f"<!--\n  {AWS}\n-->", f"\n  {AWS}\n"),
        (f"<!-- For AWS: {AWS} -->", f"<!-- For AWS: -->{AWS}".replace(": -->", ": -->")),
    ],
    ids=["tight", "lines of its own", "with words"],
)
def test_words_of_a_comment_stay_one(comment: str, expected: str) -> None:
    assert activated(f"<beans>{comment}</beans>", "apiBridge", "Aws") == f"<beans>{expected}</beans>"


def test_of_two_active_beans_the_other_becomes_a_comment() -> None:
    assert activated(f"<beans>{AWS}{DUMMY}</beans>", "apiBridge", "Aws") == f"<beans>{AWS}<!-- {DUMMY} --></beans>"


def test_other_beans_and_nested_ones_are_not_touched() -> None:
    other = '<bean name="x, y" class="Other"><property name="p"><bean class="Inner"/></property></bean>'
    text = f"<beans>{other}<bean id='apiBridge' class='Dummy'/><!--{AWS}--></beans>"
    assert activated(text, "apiBridge", "Aws") == f"<beans>{other}<!-- <bean id='apiBridge' class='Dummy'/> -->{AWS}</beans>"
    assert [one.kind for one in beans(text)] == ["Other", "Dummy", "Aws"]
    assert [one.kind for one in active(text, "y")] == ["Other"]


def test_missing_bean_and_bean_with_a_comment_are_refused() -> None:
    with pytest.raises(BeansError, match="no bean apiBridge of the class Aws, active or commented out"):
        activated(f"<beans>{DUMMY}</beans>", "apiBridge", "Aws")
    with pytest.raises(BeansError, match="a bean with a comment in it cannot be commented out"):
        activated(f'<beans><bean id="apiBridge" class="Dummy"><!-- x --></bean><!--{AWS}--></beans>', "apiBridge", "Aws")


@pytest.mark.parametrize(
    "item",
    [
        '<property name="password" value="{}"/>',
        "<property value='{}' name='password' />",
        '<property name="password"><value>{}</value></property>',
        '<property name="password"><value type="java.lang.String">{}</value ></property >',
    ],
    ids=["attribute", "other quotes and order", "element", "element with a type"],
)
def test_value_is_set_where_it_is(item: str) -> None:
    comment, reference = '<!-- <property name="password" value="no"/> -->', '<property name="p" ref="q"/>'
    text = f'<beans><bean id="c">{comment}{item.format("old")}{reference}</bean></beans>'
    assert values(text) == values(text, "c") == {"password": "old"}
    new, before = with_values(text, {"password": "a<\"&\xe9'"}, "c")
    assert new == text.replace("old", "a&lt;&quot;&amp;&#233;&#39;") and before == {"password": "old"}
    assert values(new) == {"password": "a<\"&\xe9'"}
    assert with_values(new, {"password": "a<\"&\xe9'"}) == (new, {})
    check(new)


P = 'xmlns:p="http://www.springframework.org/schema/p"'
S = 'xmlns:s="http://www.springframework.org/schema/beans"'


@pytest.mark.parametrize(
    "text",
    [
        f'<beans {P}><bean id="c" class="C" p:password="old" p:other-ref="b"/></beans>',
        f"<beans {P.replace(':p', ':q')}><bean q:password='old' id='c'></bean></beans>",
        f'<s:beans {S}><s:bean id="c"><s:property name="password" value="old"/></s:bean></s:beans>',
        f'<s:beans {S}><s:bean id="c"><s:property name="password"><s:value>old</s:value></s:property></s:bean></s:beans>',
    ],
    ids=["p:", "another prefix", "prefixed elements", "prefixed value"],
)
def test_value_in_a_namespace(text: str) -> None:
    assert values(text) == values(text, "c") == {"password": "old"}
    new, before = with_values(text, {"password": '<"'}, "c")
    assert (new, before) == (text.replace("old", "&lt;&quot;"), {"password": "old"})
    check(new)


def test_attributes_with_a_colon_of_another_namespace_are_no_properties() -> None:
    assert values('<beans xmlns:x="urn:x"><bean x:password="old"/></beans>') == {}


def test_prefixed_bean_is_activated() -> None:
    text = f'<s:beans {S}><s:bean id="a" class="Dummy"/><!-- <s:bean id="a" class="Aws"/> --></s:beans>'
    assert activated(text, "a", "Aws") == f'<s:beans {S}><!-- <s:bean id="a" class="Dummy"/> --><s:bean id="a" class="Aws"/></s:beans>'


INNER = '<property name="x"><bean p:zone="z1"><property name="password" value="inner"/><bean/></bean></property>'


def test_property_of_an_inner_bean_does_not_shadow_the_outer_one() -> None:
    text = f'<beans {P}><bean id="c">{INNER}<bean/><property name="password" value="outer"/></bean></beans>'
    assert values(text, "c") == {"password": "outer", "zone": "z1"}
    assert with_values(text, {"password": "new"})[0] == text.replace("outer", "new")
    alone = f'<beans {P}><bean id="c">{INNER}</bean></beans>'
    assert values(alone) == {"password": "inner", "zone": "z1"}, "also if no outer bean has it"


@pytest.mark.parametrize(
    "written, value",
    [
        ("<![CDATA[a<b&c]]>", "a<b&c"),
        ("a<![CDATA[<!-- b -->]]>c", "a<!-- b -->c"),
        ("a<!-- b -->c", "ac"),
        ("&#x41;&#128;&lt;", "A\x80<"),
        ("a\r\nb", "a\nb"),
        ("&own;", "&own;"),
    ],
)
def test_value_as_java_reads_it(written: str, value: str) -> None:
    text = f'<beans><bean id="c"><property name="password"><value>{written}</value></property></bean><!-- x --></beans>'
    assert values(text, "c") == {"password": value}
    assert with_values(text, {"password": value}) == (text, {})
    new, before = with_values(text, {"password": "a&b"})
    assert new == text.replace(written, "a&amp;b") and before == {"password": value}


@pytest.mark.parametrize("declared", ["UTF-8", "utf8", "UTF8", "ISO-8859-1", "latin1", "windows-1252", "GBK", None])
def test_value_in_the_encoding_of_the_file(declared: str | None) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    written = f'{head}<beans><bean id="c"><property name="password" value="p\xfc"/></bean></beans>'
    text = written.encode(declared or "utf-8").decode("latin-1")
    check(text)
    assert with_values(text, {"password": "p\xfc"}) == (text, {})
    new, before = with_values(text, {"password": "\xe9"})
    assert before == {"password": "p\xfc"} and with_values(new, {"password": "\xe9"}) == (new, {})


def test_character_data_is_no_comment() -> None:
    text = f"<beans><description><![CDATA[ <!-- ]]></description><!-- {AWS} -->{DUMMY}</beans>"
    assert activated(text, "apiBridge", "Aws") == f"<beans><description><![CDATA[ <!-- ]]></description>{AWS}<!-- {DUMMY} --></beans>"


def test_missing_property_is_refused() -> None:
    for bean, where in (("", "no active bean has"), ("b", "no active bean b has")):
        with pytest.raises(BeansError, match=f"{where} the property x"):
            with_values(f"<beans>{AWS}</beans>", {"x": "1"}, bean)


def test_what_is_not_xml_is_refused() -> None:
    with pytest.raises(BeansError, match="not XML: "):
        check("<beans></bean>")
    for declared, why in (("foo", "unknown encoding: foo"), ("ascii", "can't decode byte 0xfc"), ("hex", "not a text encoding")):
        with pytest.raises(BeansError, match=f"not XML: .*{why}"):
            check(f'<?xml version="1.0" encoding="{declared}"?><a>\xfc</a>')
    check('<?xml version="1.0" encoding="UTF-8"?><a>\xc3\xa9</a>')


def test_stray_end_tag_is_ignored() -> None:
    assert beans("</bean>") == []
