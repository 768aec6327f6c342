"""Parts of a WordPress export, a REST API response and feeds of a made-up site."""

__all__ = ["ATOM", "EXPORT_END", "EXPORT_HEAD", "REST_POST", "RSS", "item"]

EXPORT_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" created="2024-01-01" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Tidewatch</title><pubDate>Mon, 01 Jan 2024 00:00:00 +0000</pubDate><language>en-GB</language>
<wp:author><wp:author_login><![CDATA[aroy]]></wp:author_login><wp:author_display_name><![CDATA[Prof. Ana Roy]]></wp:author_display_name></wp:author>
<wp:author><wp:author_login>jan</wp:author_login><wp:author_display_name>Jan Okafor</wp:author_display_name></wp:author>
<wp:category><wp:category_nicename>region</wp:category_nicename><wp:category_parent></wp:category_parent><wp:cat_name>Region</wp:cat_name></wp:category>
<wp:category><wp:category_nicename>europe</wp:category_nicename><wp:category_parent>region</wp:category_parent><wp:cat_name>Europe</wp:cat_name></wp:category>
<wp:category><wp:category_nicename>baltic</wp:category_nicename><wp:category_parent>europe</wp:category_parent><wp:cat_name><![CDATA[Baltic & Sound]]></wp:cat_name></wp:category>
<wp:category><wp:category_nicename>dossier</wp:category_nicename><wp:category_parent></wp:category_parent><wp:cat_name>Dossier</wp:cat_name></wp:category>
<wp:category><wp:category_nicename>sand</wp:category_nicename><wp:category_parent>dossier</wp:category_parent><wp:cat_name>Sand Thieves</wp:cat_name></wp:category>
"""
EXPORT_END = "</channel></rss>"


def item(
    number: int = 1,
    content: str = "<p>One.</p>",
    *,
    title: str = "Dykes &amp; Dunes",
    status: str = "publish",
    kind: str = "post",
    more: str = "",
    date: str = "<wp:post_date>2017-07-12 09:30:00</wp:post_date><wp:post_date_gmt>2017-07-12 07:30:00</wp:post_date_gmt>",
) -> str:
    """Return an item of an export; `more` is added at its end."""
    return (
        f"<item><title>{title}</title><link>https://tide.example/{number}/</link><dc:creator><![CDATA[aroy]]></dc:creator>\n"
        f'<guid isPermaLink="false">https://tide.example/?p={number}</guid><content:encoded><![CDATA[{content}]]></content:encoded>'
        f"<excerpt:encoded><![CDATA[What the sea takes]]></excerpt:encoded>{date}"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{more}</item>\n"
    )


REST_POST = {
    "id": 9,
    "date": "2020-02-03T10:00:00",
    "date_gmt": "2020-02-03T09:00:00",
    "guid": {"rendered": "https://tide.example/?p=9"},
    "slug": "sand",
    "status": "publish",
    "type": "post",
    "link": "https://tide.example/sand/",
    "title": {"rendered": "A &#8220;small&#8221; island"},
    "content": {"rendered": "<p>Body &#8230; here.</p>\n<ul><li>x</li></ul>"},
    "excerpt": {"rendered": "<p>Two paths</p>\n"},
    "meta": {"original": "The Lantern"},
    "_embedded": {
        "author": [{"name": "Dr. Jan Okafor"}],
        "wp:term": [
            [
                {
                    "name": "Europe",
                    "slug": "europe",
                    "taxonomy": "category",
                    "link": "https://tide.example/category/region/europe/",
                }
            ],
            [
                {
                    "name": "sea",
                    "slug": "sea",
                    "taxonomy": "post_tag",
                    "link": "https://tide.example/tag/sea/",
                }
            ],
        ],
    },
}

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>R</title><language>fr</language><lastBuildDate>Wed, 12 Jul 2017 09:30:00 +0200</lastBuildDate>
<item><title>Un &amp; deux</title><link>https://r.example/1</link><guid>r1</guid><pubDate>Wed, 12 Jul 2017 09:30:00 +0200</pubDate>
<description>Résumé</description><content:encoded><![CDATA[<p>Tout le <b>texte</b></p>]]></content:encoded>
<author>jean@r.example (Jean Roy)</author><category>Arts</category><source url="https://o.example/rss">Outlet</source></item>
<item><title>Trois</title><link>https://r.example/3</link><pubDate>2017-07-13</pubDate><description>&lt;p&gt;Rien de plus&lt;/p&gt;</description>
<dc:creator>Ana Roy</dc:creator><dc:creator>Jan Okafor</dc:creator></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>F</title><updated>2024-01-01T00:00:00Z</updated>
<author><name>Feed Author</name></author>
<entry><id>urn:1</id><title type="html">Atom &amp;amp; mehr</title><link href="https://f.example/1"/>
<published>2024-01-01T10:00:00+01:00</published><summary>Kurz</summary>
<content type="html">&lt;p&gt;Lang &lt;em&gt;und&lt;/em&gt; breit&lt;/p&gt;</content><category term="kunst" label="Kunst"/></entry></feed>"""
