package pdf

import (
	"sync"

	"yichuang/internal/document/pdf/assets"
	"yichuang/internal/document/pdf/font"
)

// role is what a type face is for.
type role uint8

const (
	fangsong role = iota // 仿宋: text
	kaiti                // 楷体: headings of the second level
	heiti                // 黑体: headings of the first level, heads of tables
	xiaobiao             // 小标宋: titles
	songti               // 宋体: page numbers
	roles
)

// families are the names under which the faces of official documents are installed, by role: those that the rules name,
// then those of Founder, Windows, macOS and free ones.
var families = [roles][]string{
	fangsong: {"仿宋_GB2312", "FangSong_GB2312", "方正仿宋_GBK", "FZFangSong-Z02", "方正仿宋简体", "FZFangSong-Z02S", "仿宋", "FangSong", "华文仿宋", "STFangsong"},
	kaiti:    {"楷体_GB2312", "KaiTi_GB2312", "方正楷体_GBK", "FZKai-Z03", "方正楷体简体", "FZKai-Z03S", "楷体", "KaiTi", "华文楷体", "STKaiti", "霞鹜文楷", "LXGW WenKai"},
	heiti:    {"方正黑体_GBK", "FZHei-B01", "方正黑体简体", "FZHei-B01S", "黑体", "SimHei", "华文黑体", "STHeiti"},
	xiaobiao: {"方正小标宋_GBK", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong"},
	songti:   {"方正书宋_GBK", "FZShuSong-Z01", "宋体", "SimSun", "华文宋体", "STSong"},
}

// letters are the faces of Latin letters and digits beside an installed Chinese face; rare those with characters that
// few faces have.
var (
	letters = []string{"Times New Roman", "Liberation Serif"}
	rare    = []string{"方正宋体S-超大字符集", "SimSun-ExtB", "HanaMinB", "HanaMinA", "SimSun", "AR PL UMing CN", "WenQuanYi Zen Hei", "Microsoft YaHei", "Droid Sans Fallback", "DejaVu Sans"}
)

// library is the type faces of a writer, read when they are first needed.
type library struct {
	folders []string

	once      sync.Once
	installed [roles]*font.Font
	latin     *font.Font
	rare      []*font.Font
	serif     *font.Font // built in; nil where the program was built without
	sans      *font.Font
}

func (l *library) load() {
	l.once.Do(func() {
		built := func(name string) *font.Font {
			f, err := font.Parse(assets.Font(name), 0)
			if err != nil {
				return nil
			}
			return f
		}
		l.serif, l.sans = built(assets.Serif), built(assets.Sans)
		in := font.Look(l.folders)
		for r := range roles {
			l.installed[r] = in.Open(families[r]...)
		}
		l.latin = in.Open(letters...)
		for _, name := range rare {
			if f := in.Open(name); f != nil {
				l.rare = append(l.rare, f)
			}
		}
	})
}

// ready reports that any text can be set.
func (l *library) ready() bool {
	l.load()
	return l.serif != nil || l.installed[fangsong] != nil || l.installed[songti] != nil
}

// missing stands for a character that no face has, as printers do it.
const missing = '〓'

// find gives the font for a character in a role, with its glyph, and whether it must be made bold by a stroke.
func (l *library) find(r rune, as role, bold bool) (f *font.Font, glyph uint16, stroke bool) {
	try := func(candidate *font.Font, isBold bool) bool {
		if f != nil || candidate == nil {
			return f != nil
		}
		if g := candidate.Glyph(r); g != 0 {
			f, glyph, stroke = candidate, g, bold && !isBold
		}
		return f != nil
	}
	own := l.installed[as]
	if own != nil && r < 0x2E80 && !punctuation(r) && try(l.latin, false) {
		return f, glyph, stroke
	}
	if try(own, as == xiaobiao) {
		return f, glyph, stroke
	}
	if as == heiti && try(l.sans, false) {
		return f, glyph, stroke
	}
	bold = bold || as == xiaobiao // which is heavier than 宋体
	for _, c := range append([]*font.Font{l.serif, l.installed[fangsong], l.installed[songti]}, l.rare...) {
		if try(c, false) {
			return f, glyph, stroke
		}
	}
	if r == missing { // not even that
		if f = l.serif; f == nil {
			f = own
		}
		return f, 0, false
	}
	return l.find(missing, as, bold)
}

// punctuation are signs below the Chinese blocks that are Chinese in Chinese text.
func punctuation(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '…', '—', '·', '×', '÷', '°', '‰':
		return true
	}
	return r >= 0x2100
}
