package text_test

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/text"
)

// The figures of docs/performance.md:
//
//	go test ./internal/text -run Scale -v -timeout 1h -documents 1000000
//
// writes so many documents of about 100 characters on each engine and searches them. The default only proves that
// it works.
var (
	documentCount = flag.Int("documents", 3000, "documents of the scale test")
	corpusFile    = flag.String("corpus", "", "text to cut documents from, instead of made-up words")
)

// corpus makes texts of 60 to 140 characters whose words are as unevenly frequent as in a language.
type corpus struct {
	written int
	rnd     *rand.Rand
	zipf    *rand.Zipf
	words   []string
	real    []rune
}

func newCorpus(t testing.TB) *corpus {
	c := &corpus{rnd: rand.New(rand.NewPCG(1, 2))}
	if *corpusFile != "" {
		b, err := os.ReadFile(*corpusFile)
		if err != nil {
			t.Fatal(err)
		}
		c.real = []rune(string(b))
		return c
	}
	chars := rand.NewZipf(c.rnd, 1.3, 20, 3000)
	for range 20000 {
		w := ""
		for range 2 + c.rnd.IntN(2) {
			w += string(rune(0x4e00 + chars.Uint64()))
		}
		c.words = append(c.words, w)
	}
	c.zipf = rand.NewZipf(c.rnd, 1.1, 10, uint64(len(c.words)-1))
	return c
}

func (c *corpus) text(length int) string {
	if c.real != nil {
		at := c.rnd.IntN(len(c.real) - length)
		return string(c.real[at : at+length])
	}
	var b strings.Builder
	for n := 0; n < length; n += 3 {
		b.WriteString(c.words[c.zipf.Uint64()])
		if c.rnd.IntN(8) == 0 {
			b.WriteString("，")
		}
	}
	return b.String()
}

// document makes the next text. Nine of ten in the older half also speak of what nobody speaks of since (旧闻甲乙), and one
// in fifty of what was the talk of the oldest tenth.
func (c *corpus) document() string {
	s := c.text(60 + c.rnd.IntN(80))
	if c.written++; c.written <= *documentCount/2 && c.written%10 != 0 {
		s += "，旧闻甲乙"
	}
	if c.written <= *documentCount/10 && c.written%50 == 0 {
		s += "，陈年往事"
	}
	return s
}

// word gives n neighbouring characters of the corpus: frequent ones more often, as people search.
func (c *corpus) word(n int) string {
	for {
		rs := []rune(c.text(60))
		at := c.rnd.IntN(len(rs) - n)
		if w := string(rs[at : at+n]); !strings.ContainsFunc(w, func(r rune) bool { return r < 0x4e00 || r > 0x9fff }) {
			return w
		}
	}
}

func quantile(d []time.Duration, q float64) time.Duration {
	slices.Sort(d)
	return d[int(float64(len(d)-1)*q)]
}

func TestScale(t *testing.T) {
	for _, kind := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			db := storetest.Open(t, kind, []fs.FS{text.Migrations})
			c := newCorpus(t)
			fillIndex(t, db, c)
			searchIndex(t, db, c)
			if kind == store.SQLite {
				if info, err := os.Stat(filepath.Clean(db.URL())); err == nil {
					t.Logf("file %d MB", info.Size()>>20)
				}
			}
		})
	}
}

// spacing puts one document into every ten minutes of ids, as a county's hotline of nineteen years would.
const spacing = 600_000 << 21

const perTransaction = 50 // PostgreSQL: documents in a transaction; on SQLite each has its own closure

// fillIndex writes documents as the program does: on SQLite each by a use case of its own, many of them waiting.
func fillIndex(t *testing.T, db *store.DB, c *corpus) {
	type doc struct {
		id    int64
		words string
	}
	var spent, cut time.Duration
	var puts []time.Duration
	n := *documentCount
	for from := 0; from < n; from += perTransaction {
		var batch []doc
		began := time.Now()
		for i := from; i < min(from+perTransaction, n); i++ {
			body := c.document()
			title, _, _ := strings.Cut(body, "，")
			batch = append(batch, doc{int64(i+1) * spacing, tickets.Document(body, title)})
		}
		cut += time.Since(began)
		began = time.Now()
		err := db.WithTx(ctx, func(tx *store.Tx) error {
			for _, d := range batch {
				at := time.Now()
				if err := tickets.Put(tx, "c1", d.id, []string{fmt.Sprint("unit ", d.id/spacing%40)}, d.words); err != nil {
					return err
				}
				puts = append(puts, time.Since(at))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		spent += time.Since(began)
		if done := from + perTransaction; done*5/n != from*5/n {
			t.Logf("%8d documents: Put with its share of COMMIT %v each; one Put p50 %v p99 %v max %v; Tokens %v each", done, spent/time.Duration(len(puts)),
				quantile(puts, 0.5), quantile(puts, 0.99), quantile(puts, 1), cut/time.Duration(len(puts)))
			spent, cut, puts = 0, 0, nil
		}
	}
}

func searchIndex(t *testing.T, db *store.DB, c *corpus) {
	kinds := []struct {
		name  string
		query func() string
		opt   text.Options
	}{
		{"one character", func() string { return c.word(1) }, text.Options{}},
		{"two characters", func() string { return c.word(2) }, text.Options{}},
		{"two characters in one of 40 units", func() string { return c.word(2) }, text.Options{Scopes: []string{"unit 7"}}},
		{"two characters, in the middle", func() string { return c.word(2) }, text.Options{Before: int64(*documentCount/2) * spacing}},
		{"four characters", func() string { return c.word(4) }, text.Options{}},
		{"two words", func() string { return c.word(2) + " " + c.word(2) }, text.Options{}},
		{"a word without another", func() string { return c.word(2) + " -" + c.word(2) }, text.Options{}},
		{"absent", func() string { return c.word(1) + "龘" }, text.Options{}},
		{"frequent in the older half only", func() string { return "旧闻" }, text.Options{}},
		{"the same as a phrase", func() string { return "旧闻甲乙" }, text.Options{}},
		{"the same, one character", func() string { return "闻甲" + " 乙" }, text.Options{}},
		{"two per cent of the oldest tenth", func() string { return "往事" }, text.Options{}},
		{"frequent in the older half, with a word", func() string { return "旧闻 " + c.word(2) }, text.Options{}},
		{"in a title", func() string { return "标题:" + c.word(2) }, text.Options{}},
		{"a character of a title", func() string { return "标题:" + c.word(1) }, text.Options{}},
	}
	searches := max(20, min(200, *documentCount/1000))
	for _, k := range kinds {
		var took []time.Duration
		hits := 0
		for range searches {
			q := k.query()
			began := time.Now()
			hits += len(search(t, db, tickets, "c1", q, k.opt))
			took = append(took, time.Since(began))
		}
		if hits == 0 && k.name != "absent" && k.name != "two words" {
			t.Errorf("%s: nothing was found", k.name)
		}
		t.Logf("%-36s %5.1f hits, p50 %v p95 %v max %v", k.name, float64(hits)/float64(searches), quantile(took, 0.5), quantile(took, 0.95), quantile(took, 1))
	}
}
