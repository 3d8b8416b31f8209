package text_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/text"
)

var (
	ctx     = context.Background()
	tickets = text.Index{Name: "ticket", Fields: []string{"标题", "地址"}}
)

func put(t testing.TB, db *store.DB, centre string, docid int64, s string, scopes ...string) {
	t.Helper()
	words := text.Tokens(s)
	err := db.WithTx(ctx, func(tx *store.Tx) error { return tickets.Put(tx, centre, docid, scopes, words) })
	if err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, db *store.DB, centre string, docid int64) {
	t.Helper()
	err := db.WithTx(ctx, func(tx *store.Tx) error { return tickets.Delete(tx, centre, docid) })
	if err != nil {
		t.Fatal(err)
	}
}

func search(t testing.TB, db *store.DB, x text.Index, centre, query string, opt text.Options) (ids []int64) {
	t.Helper()
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		ids, err = x.Search(tx, centre, query, opt)
		return err
	})
	if err != nil {
		t.Fatalf("Search(%q): %v", query, err)
	}
	return ids
}

// bury writes and deletes enough other documents that, on SQLite, everything written before lies in the index and no
// longer in the tail.
func bury(t testing.TB, db *store.DB) {
	t.Helper()
	err := db.WithTx(ctx, func(tx *store.Tx) error {
		for i := range int64(300) {
			if err := tickets.Delete(tx, "elsewhere", 1<<40+i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var documents = map[int64]string{
	1: "文昌大道路灯不亮",
	2: "B区2栋楼下路灯，不亮了",
	3: "自来水管爆裂，停水",
	4: "GD20260514001 反映 Wi-Fi 太慢",
	5: "水",
	6: "路灯太亮，影响休息",
}

func TestSearch(t *testing.T) {
	cases := map[string][]int64{
		"路灯":            {6, 2, 1},
		"路灯不亮":          {1},
		"灯不":            {1},
		"路灯 不亮":         {2, 1},
		`"路灯 不亮"`:       {2}, // only a separator between them
		"路灯，不亮":         {2},
		"路灯 -不亮":        {6},
		"－路灯":           {5, 4, 3},
		"水":             {5, 3},
		"管":             {3},
		"亮":             {6, 2, 1},
		"２栋":            {2},
		"2栋楼":           {2},
		"b区2":           {2},
		"区2栋楼下路":        {2},
		"wi-fi":         {4},
		"WIFI":          nil,
		"20260514001":   {4},
		"gd20260514001": {4},
		"202605":        nil,
		"影响 休息 路灯":      {6},
		"“太亮”":          {6},
		"没有的词":          nil,
		"":              nil,
		" - \" ” -- ":   nil,
		"路灯 \"":         {6, 2, 1},
		"AND 路灯":        nil,
		"路灯 OR 水":       nil,
		"路灯' & '":       {6, 2, 1},
		"路灯*":           {6, 2, 1},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for id, s := range documents {
			put(t, db, "c1", id, s)
			put(t, db, "c2", id+100, s+"另一个中心")
		}
		check := func(where string) {
			for q, want := range cases {
				if got := search(t, db, tickets, "c1", q, text.Options{}); !slices.Equal(got, want) {
					t.Errorf("%s: %q finds %v, want %v", where, q, got, want)
				}
			}
			if got := search(t, db, text.Index{Name: "reply"}, "c1", "路灯", text.Options{}); len(got) > 0 {
				t.Errorf("%s: another index finds %v", where, got)
			}
		}
		check("just written")
		bury(t, db)
		check("buried")
	}, text.Migrations)
}

func TestPagesAndScopes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var want []int64
		for id := int64(1); id <= 700; id++ { // crosses the tail of SQLite twice
			put(t, db, "c1", id, fmt.Sprintf("第%d号 路灯", id), "all", fmt.Sprintf("unit %d", id%7))
			if id%7 == 3 || id%7 == 5 {
				want = append([]int64{id}, want...)
			}
		}
		var got []int64
		opt := text.Options{Scopes: []string{"unit 3", "unit 5"}, Limit: 9}
		for {
			page := search(t, db, tickets, "c1", "路灯", opt)
			got = append(got, page...)
			if len(page) < opt.Limit {
				break
			}
			opt.Before = page[len(page)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages give %d ids, want %d: %v", len(got), len(want), got)
		}
		if n := len(search(t, db, tickets, "c1", "路灯", text.Options{})); n != text.DefaultLimit {
			t.Errorf("%d ids without a limit", n)
		}
		if got := search(t, db, tickets, "c2", "路灯", text.Options{Scopes: []string{"unit 3"}}); len(got) > 0 {
			t.Errorf("a scope of another centre finds %v", got)
		}
		many := make([]string, 300)
		for i := range many {
			many[i] = fmt.Sprint("unit ", i-290)
		}
		if got := search(t, db, tickets, "c1", "路灯", text.Options{Scopes: many, Limit: 1000}); len(got) != 700 {
			t.Errorf("300 scopes find %d", len(got))
		}
		if got := search(t, db, tickets, "c1", "第 -3 号", text.Options{Scopes: []string{"unit 3"}, Limit: 1000}); len(got) != 99 {
			t.Errorf("exclusion finds %d", len(got))
		}
	}, text.Migrations)
}

func TestPutAgainAndDelete(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		find := func(q string) []int64 { return search(t, db, tickets, "c1", q, text.Options{}) }
		expect := func(step string, lamp, water []int64) {
			t.Helper()
			if got := find("路灯"); !slices.Equal(got, lamp) {
				t.Errorf("%s: 路灯 finds %v, want %v", step, got, lamp)
			}
			if got := find("停水"); !slices.Equal(got, water) {
				t.Errorf("%s: 停水 finds %v, want %v", step, got, water)
			}
		}
		put(t, db, "c1", 1, "路灯不亮")
		put(t, db, "c1", 2, "路灯不亮")
		expect("put", []int64{2, 1}, nil)
		put(t, db, "c1", 1, "小区停水")
		expect("changed", []int64{2}, []int64{1})
		bury(t, db)
		expect("buried", []int64{2}, []int64{1})
		put(t, db, "c1", 1, "路灯和停水")
		expect("changed after burial", []int64{2, 1}, []int64{1})
		bury(t, db)
		expect("buried again", []int64{2, 1}, []int64{1})
		remove(t, db, "c1", 2)
		remove(t, db, "c1", 99)
		expect("deleted", []int64{1}, []int64{1})
		bury(t, db)
		expect("deletion buried", []int64{1}, []int64{1})
		put(t, db, "c1", 2, "路灯")
		bury(t, db)
		expect("put after deletion", []int64{2, 1}, []int64{1})
		put(t, db, "c1", 1, "")
		bury(t, db)
		expect("emptied", []int64{2}, nil)
	}, text.Migrations)
}

func TestARolledBackDocumentIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i := range int64(255) {
			put(t, db, "c1", i+1, "底数")
		}
		refused := fmt.Errorf("refused")
		err := db.WithTx(ctx, func(tx *store.Tx) error {
			if err := tickets.Put(tx, "c1", 1000, nil, text.Tokens("路灯")); err != nil { // moves the tail
				return err
			}
			ids, err := tickets.Search(tx, "c1", "路灯", text.Options{})
			if err != nil || !slices.Equal(ids, []int64{1000}) {
				t.Errorf("inside the transaction: %v, %v", ids, err)
			}
			return refused
		})
		if err != refused {
			t.Fatal(err)
		}
		if got := search(t, db, tickets, "c1", "路灯", text.Options{}); len(got) > 0 {
			t.Errorf("found %v", got)
		}
		if got := search(t, db, tickets, "c1", "底数", text.Options{Limit: 1000}); len(got) != 255 {
			t.Errorf("%d documents left of 255", len(got))
		}
	}, text.Migrations)
}

// On both engines every search finds exactly the documents that contain the word, told by looking at the text.
func TestSearchIsExact(t *testing.T) {
	piece := rapid.SampledFrom([]string{"路", "灯", "路", "灯", "不", "亮", "水", "，", " ", "a", "B", "2", "10"})
	draw := func(t *rapid.T, lo, hi int, label string) string {
		return strings.Join(rapid.SliceOfN(piece, lo, hi).Draw(t, label), "")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			centre := fmt.Sprint("c", round)
			docs := map[int64]string{}
			for i := range rapid.IntRange(1, 8).Draw(rt, "documents") {
				id := int64(round)<<20 + int64(i)
				for range rapid.IntRange(1, 2).Draw(rt, "puts") {
					docs[id] = draw(rt, 0, 12, "document")
					put(t, db, centre, id, docs[id])
				}
				if rapid.IntRange(0, 5).Draw(rt, "delete") == 0 {
					remove(t, db, centre, id)
					delete(docs, id)
				}
			}
			if rapid.Bool().Draw(rt, "bury") {
				bury(t, db)
			}
			word := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"路", "灯", "不", "亮", "水"}), 1, 4).Draw(rt, "word"), "")
			var with, without []int64
			for id, s := range docs {
				if strings.Contains(s, word) {
					with = append(with, id)
				} else {
					without = append(without, id)
				}
			}
			for q, want := range map[string][]int64{word: with, "-" + word: without, word + " " + word: with, word + " -" + word: nil} {
				slices.Sort(want)
				slices.Reverse(want)
				if got := search(t, db, tickets, centre, q, text.Options{}); !slices.Equal(got, want) {
					rt.Fatalf("%q finds %v, want %v in %v", q, got, want, docs)
				}
			}
		})
	}, text.Migrations)
}

// Both engines and the tail agree on any query, of which none is an error.
func TestEnginesAgreeOnAnyQuery(t *testing.T) {
	lite := storetest.Open(t, store.SQLite, []fs.FS{text.Migrations})
	tail := storetest.Open(t, store.SQLite, []fs.FS{text.Migrations})
	pg := storetest.Open(t, store.Postgres, []fs.FS{text.Migrations})
	for _, db := range []*store.DB{lite, tail, pg} {
		for id, s := range documents {
			put(t, db, "c1", id, s)
		}
	}
	bury(t, lite)
	part := rapid.OneOf(rapid.SampledFrom([]string{"路灯", "不亮", "水", "2", "栋", "B区", "wi", " ", " ", "-", `"`, "“", "*", "'", "&", ":", "(", ")", "\\", "AND", "NOT", "\x00", "\xff", "，"}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		q := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(rt, "query"), "")
		a, b, c := search(t, lite, tickets, "c1", q, text.Options{}), search(t, tail, tickets, "c1", q, text.Options{}), search(t, pg, tickets, "c1", q, text.Options{})
		if !slices.Equal(a, b) || !slices.Equal(a, c) {
			rt.Fatalf("%q: SQLite %v, its tail %v, PostgreSQL %v", q, a, b, c)
		}
	})
}

func FuzzSearchNeverFails(f *testing.F) {
	db := storetest.Open(f, store.SQLite, []fs.FS{text.Migrations})
	for id, s := range documents {
		put(f, db, "c1", id, s)
	}
	bury(f, db)
	for _, q := range []string{"路灯 -不亮", `"a`, "-", "* ^ NEAR(", "\x00\xff", "'; DROP TABLE", "水"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		search(t, db, tickets, "c1", q, text.Options{})
		text.Snippet(q, q, 10)
	})
}

func TestLongQueriesAreCut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put(t, db, "c1", 1, "路灯")
		if got := search(t, db, tickets, "c1", strings.Repeat("路灯 ", 5000), text.Options{}); !slices.Equal(got, []int64{1}) {
			t.Errorf("finds %v", got)
		}
		search(t, db, tickets, "c1", strings.Repeat("-灯 ", 5000)+strings.Repeat("水", 5000), text.Options{})
	}, text.Migrations)
}

func TestHugeAndStrangeDocuments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put(t, db, "c1", 1, strings.Repeat("路灯不亮", 10000)+"尾")
		put(t, db, "c1", 2, strings.Repeat("x", 100000)+" 路灯 \x00\xff '\\:")
		bury(t, db)
		if got := search(t, db, tickets, "c1", "路灯", text.Options{}); !slices.Equal(got, []int64{2, 1}) {
			t.Errorf("finds %v", got)
		}
		err := db.WithTx(ctx, func(tx *store.Tx) error { return tickets.Put(tx, "c1", 3, nil, `路灯 it's a\b`) }) // not from Tokens
		if err != nil {
			t.Error(err)
		}
	}, text.Migrations)
}
