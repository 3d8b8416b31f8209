package reader

import (
	"regexp"
	"strings"

	"yichuang/internal/finance/disclosed"
)

// part is where a line belongs.
type part struct {
	name    disclosed.Part
	annex   string // 附件4-1
	heading int    // level of a heading: 1 一、 2 （一）; 0 for running text
	table   bool   // within a table
	ready   bool   // within the contents, or a part's own title: no running text
}

var (
	partTitle  = regexp.MustCompile(`^第[一二三四五六七八]部分`)
	contents   = regexp.MustCompile(`^目录$|^目次$`)
	leaders    = regexp.MustCompile(`(?:\.{3,}|…{2,}|·{3,}|-{4,})\s*\d*$|PAGEREF`)
	annexTitle = regexp.MustCompile(`^附件(\d{0,2}(?:[-—－]\d{1,2})?)(?:[：:].*)?$`)
	scoreTable = regexp.MustCompile(`(?:部门|单位)?整体支出绩效(?:目标)?自评表$|项目(?:支出)?绩效(?:目标)?自评(?:结果)?表$`)
)

// divide finds the contents, the great parts and the annexes.
func (p *parser) divide() {
	p.parts = make([]part, len(p.lines))
	start := p.contentsEnd()
	now := part{name: disclosed.Narrative}
	if p.hasParts(start) {
		now.name = disclosed.Cover
	}
	for i := range p.lines {
		if i < start {
			p.parts[i] = part{name: disclosed.Cover, ready: true}
			p.announce(i)
			continue
		}
		t := p.lines[i].tight()
		switch {
		case strings.HasPrefix(t, "第") && partTitle.MatchString(t) && len([]rune(t)) < 50:
			if name := p.partName(i); name != "" {
				now = part{name: name}
			}
			p.parts[i] = now
			p.parts[i].ready = true
			continue
		case strings.HasPrefix(t, "附件") && annexTitle.MatchString(t) && len([]rune(t)) < 50 && p.lines[i].grid == 0:
			now = annexPart(annexTitle.FindStringSubmatch(t)[1])
			p.parts[i] = now
			p.parts[i].ready = true
			continue
		case p.annexHead(i) != "": // the title follows on the same line, and may be that of a table
			now = annexPart(p.annexHead(i))
			p.parts[i] = now
			p.parts[i].ready = !scoreTable.MatchString(t)
			continue
		case strings.HasSuffix(t, "名词解释") && len([]rune(t)) < 14:
			now = part{name: disclosed.Terms}
		}
		p.parts[i] = now
	}
}

func annexPart(number string) part {
	return part{name: disclosed.Annexed, annex: strings.NewReplacer("—", "-", "－", "-").Replace("附件" + number)}
}

var annexWord = regexp.MustCompile(`^附件(\d{1,2}(?:[-—－]\d{1,2})?)$`)

// annexHead is the number of an annex whose label and title stand apart on one line; "" for any other line.
func (p *parser) annexHead(i int) string {
	l := &p.lines[i]
	t := l.tight()
	if l.grid != 0 || len(l.words) < 2 || len(l.words) > 4 || len([]rune(t)) > 60 || !strings.HasSuffix(t, "报告") && !scoreTable.MatchString(t) {
		return ""
	}
	if m := annexWord.FindStringSubmatch(l.words[0].Text); m != nil {
		return m[1]
	}
	return ""
}

func (p *parser) hasParts(from int) bool {
	for i := from; i < len(p.lines); i++ {
		if partTitle.MatchString(p.lines[i].tight()) {
			return true
		}
	}
	return false
}

// contentsEnd is the first line behind the contents: where the title of the first part comes for the second time, or the
// first line without leaders after many with.
func (p *parser) contentsEnd() int {
	first, last := -1, 0
	listed := 0
	for i := range p.lines {
		t := p.lines[i].tight()
		if i < 400 && leaders.MatchString(t) {
			last = i + 1
		}
		if strings.HasPrefix(t, "第一部分") {
			if first < 0 {
				first, listed = i, 0
				continue
			}
			if listed >= 2 {
				return max(i, last)
			}
		} else if strings.HasPrefix(t, "第") && partTitle.MatchString(t) {
			listed++
		}
	}
	if last == 0 && first < 0 {
		for i := range min(len(p.lines), 80) {
			if contents.MatchString(p.lines[i].tight()) {
				return p.afterList(i + 1)
			}
		}
	}
	return last
}

// afterList passes the headings of contents that name no parts: the first heading that comes again ends them.
func (p *parser) afterList(i int) int {
	first := i
	seen := map[string]bool{}
	for ; i < len(p.lines) && i < first+120; i++ {
		t := p.lines[i].tight()
		if seen[t] {
			return i
		}
		if enumerator.MatchString(t) {
			seen[t] = true
		}
	}
	return first
}

// announce notes the tables that the contents list.
func (p *parser) announce(i int) {
	t := p.lines[i].tight()
	t = strings.TrimRight(leaders.ReplaceAllString(t, ""), ".…·0123456789")
	f, ok := titleForm(t)
	if !ok && i+1 < len(p.lines) {
		f, ok = titleForm(t + strings.TrimRight(p.lines[i+1].tight(), ".…·0123456789"))
	}
	if ok && f != otherForm {
		p.doc.Contents = append(p.doc.Contents, f)
	}
}

// partName reads a part's title, which may go on in the next line.
func (p *parser) partName(i int) disclosed.Part {
	t := p.lines[i].tight()
	if name := partByWords(t); name != "" {
		return name
	}
	if i+1 < len(p.lines) {
		return partByWords(t + p.lines[i+1].tight())
	}
	return ""
}

func partByWords(t string) disclosed.Part {
	switch {
	case strings.Contains(t, "名词"):
		return disclosed.Terms
	case strings.Contains(t, "绩效"):
		return disclosed.Results
	case strings.Contains(t, "说明") || strings.Contains(t, "分析"):
		return disclosed.Narrative
	case strings.Contains(t, "表"):
		return disclosed.Statement
	case strings.Contains(t, "概况") || strings.Contains(t, "基本情况"):
		return disclosed.Overview
	case strings.Contains(t, "附件"):
		return disclosed.Annexed
	}
	return ""
}
