"""Remove shortcodes of WordPress and its plug-ins.

The text that they enclose stays; players and forms are removed with their addresses. A word in
brackets is a shortcode if it has an end tag (`[/name]`), attributes, or a name that no prose has;
`[sic]`, `[1]` and `[Ed.]` stay.
"""

import re

__all__ = ["without_shortcodes"]

_PLAYERS = (
    "audio|video|playlist|embed|youtube|youtubevid|youtube_sc|yt|ytp_video|vimeo|vimeography"
    "|dailymotion|dailymotion-channel|googlevideo|videopress|wpvideo|wp_video|flv|fvplayer"
    "|jwplayer|jw_player|brightcove|kaltura|kaltura-widget|ooyala|viddler|blip\\.tv|bliptv|hulu"
    "|metacafe|myspace|veoh|vine|twitch|twitchtv|twitch-video|ted|wistia|rutube|tiktok|soundcloud"
    "|spotify|mixcloud|bandcamp|podcast|powerpress|podloveplayer|podlove-web-player"
    "|podlove-episode-web-player|audioboom|audioboo|spreaker|libsyn|buzzsprout|tweet|twitter"
    "|twitter-timeline|twitter-follow|tweetmeme|instagram|instagram-feed|facebook|fb|pinterest"
    "|pin|reddit|gist|github|codepen|flickr|flickrvideo|slideshare|slideshow|scribd|issuu|gallery"
    "|nggallery|ngg|ngg_images|foogallery|envira-gallery|slickr-flickr|googlemaps|google_map"
    "|googlemap|wpgmza|mapsmarker|leaflet-map|iframe|poll|polldaddy|crowdsignal|totalpoll"
    "|yop_poll|quiz|wufoo|typeform|contact-form|contact-form-7|contact_form|gravityform"
    "|gravityforms|ninja_form|ninja_forms|ninja_forms_display_form|wpforms|formidable|mc4wp_form"
    "|mailpoet_form|newsletter_form|subscribe2|jetpack_subscription_form|rev_slider|metaslider"
    "|smartslider3|layerslider|masterslider|new_royalslider|tablepress|table|kml_flashembed|swf"
    "|swfobject|ad|ads|adsense|adrotate|adinserter|advads|the_ad|ga_ad|bannerize|toc|sitemap"
    "|archives|recent_posts|recent-posts|display-posts|related_posts|jprel|sharethis|addtoany"
    "|social_share|ssba|print_link|printfriendly|donate|paypal|wp_paypal|stripe|click_to_tweet"
    "|clicktotweet|tweetthis|bctt"
)
_NAME = r"[a-zA-Z][\w-]*"
# A value holds no brackets; editors turn straight quotes into typographic ones.
_QUOTED = r"(?:\"[^\"\[\]]*\"|'[^'\[\]]*'|&#8221;[^\[\]]*?&#82[24][13];|[”″][^”″\[\]]*[”″])"
_VALUE = rf"(?:{_QUOTED}|[^\s\[\]\"']+)"
# Authors write [[gallery]] to mention a shortcode.
_ESCAPED = re.compile(r"\[(\[/?[a-zA-Z][\w-]*[^\[\]]*\])\]")
_CAPTION = re.compile(
    r"\[(?P<name>caption|wp_caption)\b(?P<attributes>[^\]]*)\](?P<inner>.{0,3000}?)\[/(?P=name)\]",
    re.DOTALL,
)
_CAPTION_ATTRIBUTE = re.compile(r"\bcaption=(?:\"([^\"]*)\"|'([^']*)')")
_ENCLOSING = re.compile(
    rf"\[(?P<name>{_PLAYERS})\b(?:[\s=:][^\[\]]*)?\](?:(?!\[/?(?P=name)\b).){{0,1000}}?\[/"
    rf"(?P=name)\]",
    re.DOTALL,
)
# A player's name is followed by an address, a word with signs, or attributes; otherwise it is
# prose.
_ARGUMENT = r"(?:https?:[^\]]*|(?=[^\s\]]*[\dA-Z/?=_])[^\s\[\]\"']+(?:\s*\|[^\]]*)?)"
_PLAYER = re.compile(
    rf"\[(?:(?:{_PLAYERS})(?:\s*[=:\s]\s*(?:{_ARGUMENT}|{_QUOTED})(?:\s+[\w-]+\s*=\s*{_VALUE})*"
    rf"|(?:\s+[\w-]+\s*=\s*{_VALUE})+|\s*/)"
    r"|gallery|nggallery|playlist|audio|video|embed|youtube|vimeo|toc|ad|ads|adsense|contact-form"
    r"|contact-form-7|sharethis|sitemap"
    r"|jetpack_subscription_form)\s*/?\]"
)
_NOTE = re.compile(
    r"\s?\[(?P<name>ref|footnote|fn|efn_note|mfn|note|sidenote"
    r"|footnotes_note)\b[^\]]*\](?P<text>.{0,3000}?)\[/(?P=name)\]",
    re.DOTALL,
)
_PLAIN_NOTE = re.compile(r"\[/?(?:footnotes|efn_|reflist|references)[\w-]*\s*/?\]")
_END = re.compile(rf"\[/({_NAME})\s*\]")
_TAG = re.compile(
    rf"\[/?(?P<name>{_NAME})(?P<attributes>(?:\s+[\w-]+\s*=\s*{_VALUE}|\s+[^\s\[\]=]+)*)\s*/?\]"
)
_ATTRIBUTE = re.compile(rf"\s[\w-]+\s*=\s*{_VALUE}")
_ALONE = re.compile(
    r"vc_[\w-]+|et_pb_[\w-]+|su_[\w-]+|fusion_[\w-]+|av_[\w-]+|jetpack[\w-]*|wp_[\w-]+|more"
    r"|nextpage|raw|dropcap|pullquote|row|column|one_half|one_third|one_fourth|two_third|clear"
    r"|clearfix|divider|spacer|hr|br|end_columns|tabgroup|[a-z]+_[a-z_\d]+"
)
_LAYOUT = re.compile(
    r"(?:.*_)?(?:row|inner|col|cols|column|columns|section|tabs?|tabgroup|accordion|toggle|box|half"
    r"|third|fourth|fifth|quarter|spoiler"
    r"|text|fullwidth|container|panel|slide|divider|spacer|hr|br|clear|clearfix)(?:_.*)?"
)
_REMOVED_MARK = "\ue000"
_BREAK_MARK = "\ue001"
_MARKS = re.compile(f"[{_REMOVED_MARK}{_BREAK_MARK}](?:\\s*[{_REMOVED_MARK}{_BREAK_MARK}])*")


def without_shortcodes(content: str) -> str:
    """Remove the shortcodes from a post's content; a caption becomes a figure."""
    if "[[" in content:
        content = _ESCAPED.sub(lambda match: match[1].replace("[", "&#91;"), content)
    if "[/" in content:
        if "[/caption]" in content or "[/wp_caption]" in content:
            content = _CAPTION.sub(_figure, content)
        content = _NOTE.sub(r" [\g<text>]", _ENCLOSING.sub(_REMOVED_MARK, content))
    content = _PLAYER.sub(_REMOVED_MARK, content)
    ends = frozenset(_END.findall(content)) if "[/" in content else frozenset[str]()
    content = _TAG.sub(lambda match: _placeholder(match, ends), content)
    return (
        _MARKS.sub(_replacement, content)
        if _REMOVED_MARK in content or _BREAK_MARK in content
        else content
    )


def _figure(match: re.Match[str]) -> str:
    attribute = _CAPTION_ATTRIBUTE.search(match["attributes"])
    caption = (attribute[1] or attribute[2] or "") if attribute else ""
    return f"<figure>{match['inner']} {caption}</figure>"


def _placeholder(match: re.Match[str], ends: frozenset[str]) -> str:
    """Return a placeholder for a shortcode, and any other word in brackets as it is."""
    name, attributes = match["name"], match["attributes"]
    if not (name in ends or (attributes and _ATTRIBUTE.search(attributes)) or match[0][1] == "/"):
        bare = not attributes.strip()
        if not (bare and name.islower() and _ALONE.fullmatch(name)):
            return match[0]
    return _BREAK_MARK if _LAYOUT.fullmatch(name) else _REMOVED_MARK


def _replacement(match: re.Match[str]) -> str:
    """Return the replacement of adjacent shortcodes.

    It is empty within a word, and a break between parts of a layout.
    """
    if _BREAK_MARK in match[0]:
        return "<br><br>"
    return "\n\n" if "\n\n" in match[0] else "" if len(match[0]) == 1 else " "
