"""The component tags: what they print, that they escape, and that a mistyped parameter is an error."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import SafeString

from core import formats
from core.icons import icon_names

SHANGHAI_MORNING = dt.datetime(2014, 10, 14, 8, 20, tzinfo=dt.UTC)  # 16:20 in Asia/Shanghai


def render(source: str, /, path: str = "/", **values) -> str:
    """A template with the given variables, on a page with the given address."""
    request = RequestFactory().get(path)
    return Template(f"{{% load ui %}}{source}").render(Context({"request": request, **values}))


class TestFigures:
    """Rounding down is a rule of the notice's reading (DESIGN §3): 24.96 % is not 25 %."""

    @pytest.mark.parametrize(
        ("value", "printed"),
        [
            (249, "24.9%"),
            (0, "0.0%"),
            (1000, "100.0%"),
            (1031, "103.1%"),
            (Decimal("24.96"), "24.9%"),
            (Decimal("25"), "25.0%"),
            (Fraction(624, 2500), "24.9%"),
            (Fraction(1, 4), "25.0%"),
            (Fraction(2, 3), "66.6%"),
            (Decimal("-0.55"), "-0.6%"),
            (None, "—"),
        ],
    )
    def test_rates_are_rounded_down(self, value, printed):
        assert render("{{ v|pct }}", v=value) == printed

    @pytest.mark.parametrize("value", [24.96, "24.9", True])
    def test_a_float_or_text_is_no_rate(self, value):
        with pytest.raises(TypeError):
            formats.rate_text(value)

    @pytest.mark.parametrize(
        ("value", "printed"),
        [
            (0, "1 KB"),
            (1, "1 KB"),
            (1024, "1 KB"),
            (1025, "2 KB"),
            ((1 << 20) - 1, "1,024 KB"),
            (1 << 20, "1.0 MB"),
            ((1 << 20) + 1, "1.1 MB"),
            (20 << 20, "20.0 MB"),
            (None, "—"),
        ],
    )
    def test_sizes_of_files_are_rounded_up(self, value, printed):
        assert render("{{ value|size }}", value=value) == printed

    def test_counts(self):
        assert render("{{ a|count }} {{ b|count }} {{ c|count }}", a=6000, b=0, c=None) == "6,000 0 —"

    def test_dates_and_moments_are_local(self):
        source = "{{ d|ymd }} {{ d|md }} {{ m|ymd }} {{ m|md_hm }} {{ m|hm }} {{ n|ymd }}"
        printed = render(source, d=dt.date(2014, 10, 31), m=SHANGHAI_MORNING, n=None)
        assert printed == "2014-10-31 10-31 2014-10-14 10-14 16:20 16:20 —"

    def test_a_moment_after_four_in_the_afternoon_utc_is_the_next_day(self):
        late = dt.datetime(2014, 10, 31, 16, 0, tzinfo=dt.UTC)
        assert render("{{ m|ymd }}", m=late) == "2014-11-01"

    def test_tenths_become_percent_for_bars(self):
        assert 'width="83.5%"' in render("{% bar v|tenths %}", v=835)


class TestIcon:
    def test_it_is_decoration_from_the_sprite(self):
        html = render('{% icon "plus" size="s" %}')
        assert 'class="ic ic-s" aria-hidden="true"' in html
        assert html.count("#plus") == 1

    def test_every_icon_used_in_templates_of_this_layer_exists(self):
        assert {
            "menu-2",
            "search",
            "user",
            "logout",
            "key",
            "clock",
            "calendar",
            "alert-circle",
        } <= icon_names()

    @pytest.mark.parametrize(
        "source", ['{% icon "plsu" %}', '{% icon "plus" size="xl" %}', '{% icon "plus" sise="s" %}']
    )
    def test_a_mistyped_icon_is_an_error(self, source):
        with pytest.raises(TemplateSyntaxError):
            render(source)


class TestLightAndState:
    @pytest.mark.parametrize(
        ("code", "word", "shape"),
        [
            ("ok", "正常", "circle"),
            ("warn", "偏慢", "M6 .8"),
            ("bad", "滞后", "M6 0 12"),
            ("none", "未下达", "4.6"),
            ("done", "达标", "5.5"),
        ],
    )
    def test_a_light_is_shape_and_word(self, code, word, shape):
        html = render("{% light code %}", code=code)
        assert word in html
        assert shape in html

    def test_no_light_means_not_issued(self):
        assert "未下达" in render("{% light code %}", code=None)

    def test_own_word_is_escaped(self):
        assert "&lt;b&gt;" in render("{% light code word=word %}", code="none", word="<b>")

    def test_a_kept_safe_word_never_serves_an_unsafe_one(self):
        assert "<i>" in render("{% light code word=word %}", code="ok", word=SafeString("<i>"))
        assert "<i>" not in render("{% light code word=word %}", code="ok", word="<i>")

    def test_state_words(self):
        html = render('{% state "submitted" %}{% state "returned" %}{% state "warn" "逾期" %}')
        assert 'p-state-wait">待确认' in html
        assert 'p-state-bad">已退回' in html
        assert 'p-state-warn">逾期' in html

    @pytest.mark.parametrize(
        "source",
        ['{% light "green" %}', '{% state "confirmd" %}', '{% state "warn" %}', '{% light "ok" wrod="x" %}'],
    )
    def test_mistakes_are_errors(self, source):
        with pytest.raises(TemplateSyntaxError):
            render(source)


class TestBar:
    def test_it_is_cut_at_one_hundred(self):
        assert 'class="fill" width="100.0%"' in render("{% bar 103.1 %}")

    def test_it_rounds_down_and_marks_the_pace(self):
        html = render(
            "{% bar p pace=q bad=True label=words %}", p=Decimal("24.96"), q=Fraction(7, 9), words='完成"x"'
        )
        assert 'width="24.9%"' in html
        assert 'class="pace" x="77.7%"' in html
        assert "p-bar-bad" in html
        assert 'aria-label="完成&quot;x&quot;"' in html

    def test_without_a_figure_there_is_only_the_track(self):
        html = render("{% bar p %}", p=None)
        assert "fill" not in html
        assert 'aria-hidden="true"' in html

    def test_a_word_is_no_percent(self):
        with pytest.raises(TemplateSyntaxError):
            render('{% bar "much" %}')


class TestNavigation:
    def test_the_last_crumb_is_here(self):
        html = render("{% crumbs items %}", items=[("广东", "/o/44"), ("天<河", "/o/440106")])
        assert '<a href="/o/44">广东</a>' in html
        assert '<li aria-current="page">天&lt;河</li>' in html
        assert "/o/440106" not in html

    def test_sorting_keeps_filters_and_drops_the_page(self):
        html = render(
            '{% sort_link "day" "成立日期" num=True col="day" %}', path="/x?q=a%26b&page=3&sort=day"
        )
        assert 'aria-sort="ascending"' in html
        assert 'href="?q=a%26b&amp;sort=-day"' in html
        assert 'class="num" data-col="day"' in html

    def test_default_order_and_first_direction(self):
        assert 'aria-sort="descending"' in render('{% sort_link "day" "日" default="-day" %}')
        html = render('{% sort_link "n" "会员数" first="desc" %}')
        assert "aria-sort" not in html
        assert 'href="?sort=-n"' in html

    def test_pager_keeps_filters(self):
        page = Paginator(range(126), 12).get_page(2)
        html = render("{% pager page %}", path="/x?q=%E7%A4%BA&page=2", page=page)
        assert "第 13–24 条，共 126 条" in html
        assert 'href="?q=%E7%A4%BA&amp;page=3"' in html
        assert html.count('aria-current="page"') == 1

    def test_one_page_has_no_steps(self):
        html = render('{% pager page unit="家" %}', page=Paginator([1], 12).get_page(1))
        assert "共 1 家" in html
        assert "上一页" not in html

    def test_empty_state(self):
        html = render('{% empty title "先登记一家" "/new" "登记" %}', title="没有<记录")
        assert "没有&lt;记录" in html
        assert '<a class="btn btn-plain" href="/new">登记</a>' in html
        with pytest.raises(TemplateSyntaxError):
            render('{% empty "没有记录" "先登记" "/new" %}')


class TestCards:
    CARD = {
        "title": "新建企业科协",
        "light": "bad",
        "value": "15",
        "unit": "家",
        "of_text": "任务 18 家",
        "value_url": "/organizations?a=1&b=2",
        "percent": Decimal("60"),
        "pace_percent": Decimal("77.8"),
        "lines": [("完成", "60.0%"), ("待确认", "2 家", "/pending")],
    }

    def test_figure_light_bar_and_lines(self):
        html = render("{% kpi card %}", card=self.CARD)
        assert '<a href="/organizations?a=1&amp;b=2" title="查看计入的记录">15</a>' in html
        assert "滞后" in html
        assert "p-bar-bad" in html
        assert "新建企业科协，完成任务的 60.0%，按进度应达 77.8%" in html
        assert '<a href="/pending">2 家</a>' in html

    def test_without_a_figure_there_is_a_sentence_and_no_bar(self):
        html = render(
            "{% kpi card %}",
            card=SimpleNamespace(title="国家级园区", light="none", sentence="不下达此项任务。"),
        )
        assert "不下达此项任务。" in html
        assert "p-bar" not in html

    def test_an_unknown_name_is_an_error(self):
        with pytest.raises(TemplateSyntaxError):
            render("{% kpi card %}", card={**self.CARD, "percentage": 3})

    def test_a_job_polls_only_while_open(self):
        job = SimpleNamespace(
            pk=7, state="running", is_open=True, percent=66, message="<重算>", progress_done=2120, progress_total=3210,
            finished_at=None, result={}, get_state_display=lambda: "进行中",
        )  # fmt: skip
        html = render('{% job job url="/jobs/7" %}', job=job)
        assert 'hx-get="/jobs/7" hx-trigger="every 1s"' in html
        assert "2,120 / 3,210" in html
        assert "&lt;重算&gt;" in html
        job.state, job.is_open, job.percent, job.result = (
            "done",
            False,
            100,
            {"url": "/dashboard", "label": "看结果"},
        )
        html = render('{% job job url="/jobs/7" %}', job=job)
        assert "hx-get" not in html
        assert '<a href="/dashboard">看结果</a>' in html


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="组织名称", help_text="按<批复>填写")
    founded = forms.CharField(
        label="成立日期", widget=forms.TextInput(attrs={"class": "date-input"}), required=False
    )
    effect = forms.ChoiceField(
        label="作用发挥", choices=[("a", "较好"), ("b", "一般")], widget=forms.RadioSelect
    )
    big = forms.BooleanField(label="规模以上", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("a", "企业科协")], required=False)


class TestFields:
    def test_error_and_help_are_tied_to_the_field(self):
        html = render("{% field form.name %}", form=SampleForm({}))
        assert 'class="p-field is-bad"' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="id_name_error"' in html
        assert "按&lt;批复&gt;填写" in html
        assert "可不填" not in html

    def test_optional_is_said_and_dates_get_their_wrapper(self):
        html = render("{% field form.founded %}", form=SampleForm())
        assert "可不填" in html
        assert 'class="p-date"' in html
        assert 'class="form-control date-input"' in html

    def test_needed_to_submit_is_not_optional(self):
        form = SampleForm()
        form.fields["founded"].needed = True
        assert "可不填" not in render("{% field form.founded %}", form=form)
        assert "可不填" in render("{% field form.founded optional=True %}", form=form)

    def test_groups_and_ticks(self):
        form = SampleForm({"effect": "b"})
        html = render("{% field form.effect %}{% field form.big %}{% field form.kind %}", form=form)
        assert "<fieldset" in html
        assert html.count('class="form-check-input"') == 3
        assert 'class="form-select"' in html

    def test_the_summary_links_to_the_fields(self):
        html = render("{% errors_summary form %}", form=SampleForm({"name": "甲"}))
        assert "提交前还有 1 处" in html
        assert 'href="#div_id_effect"' in html
        assert not render("{% errors_summary form %}", form=SampleForm({"name": "甲", "effect": "a"})).strip()

    def test_crispy_uses_the_same_field(self):
        html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(
            Context({"form": SampleForm()})
        )
        assert html.count('class="p-field') == 5

    @pytest.mark.parametrize(
        "source", ["{% field form.name lable='x' %}", "{% control form.name class='x' %}"]
    )
    def test_a_mistyped_parameter_is_an_error(self, source):
        with pytest.raises(TemplateSyntaxError):
            render(source, form=SampleForm())
