package text

import (
	"math"
	"slices"
	"strconv"

	"yichuang/internal/store"
)

// PostgreSQL's GIN index gives the documents with a word in no order, so the newest twenty of a word that a hundred
// thousand documents have would cost reading them all. Two things help. Words that new documents have are met by walking
// back over the newest ones. For the others, and for phrases at once, every document also has a token for each span of
// ids that it lies in (its ages: about a minute, nine minutes … nine years), and the search asks span by span, from the
// newest on, in longer spans where it finds nothing and in shorter ones where it finds too much: never more than some
// thousand documents at once, and never more than some twenty questions.

const (
	ageMark   = '\ue100'
	ageShift  = 37 // the shortest span: ids of 65 seconds
	ageFactor = 3  // each span is 2^3 of those before
	ageLevels = 8
)

// rareLevel is the first span asked for a phrase that few documents have, which a walk would rarely meet: 25 days.
const rareLevel = 5

// age is the token of the span of one level that an id lies in.
func age(level int, docid int64) string {
	return string(ageMark+rune(level)) + strconv.FormatInt(docid>>(ageShift+ageFactor*level), 10)
}

// ages are the tokens of every span that an id lies in.
func ages(docid int64) []string {
	out := make([]string, ageLevels)
	for level := range ageLevels {
		out[level] = age(level, docid)
	}
	return out
}

const (
	// The newest 1,000 documents cost about 1 ms to look through, and meet every word that two documents in a hundred have.
	walkSQL = `SELECT docid FROM (SELECT docid, tokens FROM text_index WHERE centre_id = $1 AND name = $2 AND docid < $3 AND docid >= $4
		ORDER BY docid DESC LIMIT 1000) newest WHERE tokens @@ $5::text::tsquery ORDER BY docid DESC LIMIT $6`
	newestSQL = `SELECT docid FROM text_index WHERE centre_id = $1 AND name = $2 AND docid < $3 ORDER BY docid DESC LIMIT 1`
	// floorSQL is where such a walk ends, from the index of ids alone.
	floorSQL = `SELECT docid FROM text_index WHERE centre_id = $1 AND name = $2 AND docid < $3 ORDER BY docid DESC OFFSET 999 LIMIT 1`
	// Span and words are two conditions, so that each may leap over what the other has not. Centre and name are tokens of
	// the query. OFFSET 0 keeps the planner from walking the primary key.
	spanSQL = `SELECT docid FROM (SELECT docid FROM text_index WHERE tokens @@ $1::text::tsquery AND tokens @@ $2::text::tsquery OFFSET 0) hits
		WHERE docid < $3 AND docid >= $4 LIMIT $5`
	allSQL = `SELECT docid FROM (SELECT docid FROM text_index WHERE tokens @@ $1::text::tsquery AND tokens @@ $2::text::tsquery OFFSET 0) hits
		WHERE docid < $3 AND docid >= $4 ORDER BY docid DESC LIMIT $5`
)

func (x Index) searchPostgres(tx *store.Tx, centre, query string, rare bool, opt Options) ([]int64, error) {
	s := spans{tx: tx, query: query, opt: opt, most: 1000 + opt.Limit}
	var err error
	level := rareLevel
	if rare {
		s.high, err = x.newestBefore(tx, centre, opt.Before)
	} else {
		s.ids, s.high, err = x.walk(tx, centre, query, opt)
		level = levelOf(opt.Before, s.high)
	}
	if err != nil || len(s.ids) == opt.Limit || s.high <= opt.From {
		return s.ids, err
	}
	// Reading the whole table is never right here, however frequent the planner takes a word to be.
	if _, err := store.Get[string](tx, "SELECT set_config('enable_seqscan', 'off', true)"); err != nil {
		return nil, err
	}
	for i := range s.full {
		s.full[i] = math.MaxInt64
	}
	return s.search(level)
}

// walk looks through the newest documents, and gives from which id on that is done: 0 where it has seen everything.
func (x Index) walk(tx *store.Tx, centre, query string, opt Options) (ids []int64, done int64, err error) {
	ids, err = store.Select[int64](tx, walkSQL, centre, x.Name, opt.Before, opt.From, query, opt.Limit)
	if err != nil || len(ids) == opt.Limit {
		return ids, 0, err
	}
	floor, err := store.Select[int64](tx, floorSQL, centre, x.Name, opt.Before)
	return ids, first(floor), err
}

// newestBefore is one more than the newest id below before, 0 where there is none.
func (x Index) newestBefore(tx *store.Tx, centre string, before int64) (int64, error) {
	newest, err := store.Select[int64](tx, newestSQL, centre, x.Name, before)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0] + 1, nil
}

func first(ids []int64) int64 {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}

// levelOf chooses the first span to ask: longer than the walk was.
func levelOf(before, floor int64) int {
	for level := range ageLevels {
		if int64(1)<<(ageShift+ageFactor*level) >= before-floor {
			return level
		}
	}
	return ageLevels - 1
}

// spans is a search that goes back from span to span.
type spans struct {
	tx    *store.Tx
	query string
	opt   Options
	ids   []int64          // found, newest first
	high  int64            // ids from here on are done
	most  int              // documents to fetch at once
	full  [ageLevels]int64 // where the span of a level that had too many begins; longer ones are of no use before it is done
}

func (s *spans) search(level int) ([]int64, error) {
	for len(s.ids) < s.opt.Limit && s.high > s.opt.From {
		level = min(level, s.longest())
		start, hits, err := s.ask(level)
		if err != nil {
			return nil, err
		}
		if len(hits) > s.most {
			if level > 0 {
				s.full[level] = start
				level--
				continue
			}
			if hits, err = s.newest(); err != nil {
				return nil, err
			}
		}
		slices.Sort(hits)
		slices.Reverse(hits)
		s.ids = append(s.ids, hits[:min(len(hits), s.opt.Limit-len(s.ids))]...)
		s.high = start
		if len(hits) < s.most/16 && level+1 < ageLevels && s.high <= s.full[level+1] {
			level++
		}
	}
	return s.ids, nil
}

// longest is the level of the longest span worth asking: what lies before the wanted ids is looked at as well, so that a
// span reaches at most a few times as far back as they do.
func (s *spans) longest() int {
	left := s.high - s.opt.From
	for level := ageLevels - 1; level > 0; level-- {
		if int64(1)<<(ageShift+ageFactor*level)/4 <= left {
			return level
		}
	}
	return 0
}

// ask gives the hits below high in the span of a level, at most one more than most of them, and where the span begins.
func (s *spans) ask(level int) (start int64, hits []int64, err error) {
	shift := ageShift + ageFactor*level
	last := s.high - 1
	hits, err = store.Select[int64](s.tx, spanSQL, "'"+age(level, last)+"'", s.query, s.high, s.opt.From, s.most+1)
	return last >> shift << shift, hits, err
}

// newest gives the newest hits of the shortest span, where one minute has too many.
func (s *spans) newest() ([]int64, error) {
	return store.Select[int64](s.tx, allSQL, "'"+age(0, s.high-1)+"'", s.query, s.high, s.opt.From, s.opt.Limit)
}
