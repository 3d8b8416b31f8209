package rating

import (
	"regexp"
	"strings"
	"unicode"

	"yichuang/internal/actor"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// What tells who somebody is in running text, tried in this order.
var identifying = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`), "（邮箱）"},
	{regexp.MustCompile(`\d(?:[\s\-—–_.·*]*\d){6,}(?:[\s\-]*[Xx])?`), "（号码）"},
	{regexp.MustCompile(`[〇零一二三四五六七八九幺](?:\s*[〇零一二三四五六七八九幺]){6,}`), "（号码）"},
	{regexp.MustCompile(`((?:姓名|联系人|本人)\s*(?:[:：]|为|是|叫)\s*|我叫|名叫|我姓)\p{Han}{1,3}`), "${1}某"},
	{regexp.MustCompile(`\p{Han}{1,2}(先生|女士|小姐|大爷|大妈|阿姨)`), "某${1}"},
}

// Scrub (隐去身份) takes out of a text what tells who wrote it: the names that are known, however they are spaced, numbers of
// seven digits and more, mail addresses, and names after the words that introduce them. It errs on the side of too much.
func Scrub(text string, names ...string) string {
	text = strings.Map(narrow, text)
	for _, name := range names {
		if p := spaced(name); p != nil {
			text = p.ReplaceAllString(text, "某某")
		}
	}
	for _, i := range identifying {
		text = i.pattern.ReplaceAllString(text, i.instead)
	}
	return text
}

// narrow gives a full-width digit or letter its ordinary form.
func narrow(r rune) rune {
	if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' {
		return r - '０' + '0'
	}
	return r
}

// spaced finds a name with anything but letters between its characters; nil for what is too short to be a name.
func spaced(name string) *regexp.Regexp {
	var b strings.Builder
	n := 0
	for _, r := range strings.Map(narrow, name) {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			continue
		}
		if n++; n > 1 {
			b.WriteString(`[\s\p{P}*]*`)
		}
		b.WriteString(regexp.QuoteMeta(string(r)))
	}
	if n < 2 {
		return nil
	}
	return regexp.MustCompile(`(?i)` + b.String())
}

// namesOf gives the names that must not stay in a text about a service: of those the service was for and of the rater.
func (m *Module) namesOf(tx *store.Tx, centre string, people ...string) ([]string, error) {
	var out []string
	for _, one := range people {
		for _, id := range strings.Fields(one) {
			p, err := party.Load(tx, centre, id)
			if err != nil {
				return nil, err
			}
			c, err := m.party.Open(p)
			if err != nil {
				return nil, err
			}
			if c.Name != "" {
				out = append(out, c.Name)
			}
		}
	}
	return out, nil
}

// CitizenActor is somebody on the public pages of a centre, without an account.
func CitizenActor(centre, ip, request string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: request}
}
