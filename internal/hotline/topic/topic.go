package topic

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/cluster"
	"yichuang/internal/hotline"
	"yichuang/internal/place"
)

// TopicID identifies a topic.
type ID string

// Topic (热点话题) is a group of tickets about the same matter at the same place.
type Topic struct {
	CentreID     string        `db:"centre_id" json:"-"`
	ID           ID            `db:"id" json:"id"`
	Live         bool          `db:"live" json:"live"`
	Title        string        `db:"title" json:"title"`           // of the ticket that says it most plainly
	Place        string        `db:"place" json:"place,omitempty"` // the name that most of the tickets mention
	Category     string        `db:"category" json:"category,omitempty"`
	Terms        string        `db:"terms" json:"terms"`           // what the tickets have in common
	Times        string        `db:"times" json:"times,omitempty"` // when, as most of the texts say it
	Tickets      int           `db:"tickets" json:"tickets"`       // in the whole window
	Recent       int           `db:"recent" json:"recent"`         // in the period that ends now
	Before       int           `db:"earlier" json:"before"`        // in the period before that
	Supporters   int           `db:"supporters" json:"supporters"` // different callers
	Heat         int64         `db:"heat" json:"heat"`
	Reports      int           `db:"reports" json:"-"` // tickets of kind 举报, which no publication mentions
	FirstAt      clock.Instant `db:"first_at" json:"first_at"`
	LastAt       clock.Instant `db:"last_at" json:"last_at"`
	GatheredAt   clock.Instant `db:"gathered_at" json:"gathered_at"`
	SupervisedAt clock.Instant `db:"supervised_at" json:"supervised_at,omitzero"`
	SupervisedBy string        `db:"supervised_by" json:"-"`
}

// What a topic is made of (hotline reference §5.4 M16).
const (
	Least       = 5                                // fewer tickets are no topic, and no publication mentions fewer
	topicPeriod = 30 * 24 * time.Hour              // the period that growth is told for
	topicWindow = 2 * topicPeriod                  // tickets that are gathered
	topicMost   = 20_000                           // newest tickets of the window at most
	topicHalf   = float64(7 * 24 * 60 * 60 * 1000) // ms in which a ticket's heat halves
	repeatShare = 4                                // a caller's further ticket counts a fourth
)

// Growth gives the change against the period before in percent; ok is false where there is nothing to compare with.
func (t *Topic) Growth() (percent int, ok bool) {
	if t.Before == 0 {
		return 0, false
	}
	return int(math.Round(100 * float64(t.Recent-t.Before) / float64(t.Before))), true
}

// topicTicket is what topics are gathered from.
type topicTicket struct {
	ID        hotline.TicketID `db:"id"`
	Title     string           `db:"title"`
	Content   string           `db:"content"`
	Address   string           `db:"address"`
	Category  string           `db:"category"`
	Kind      string           `db:"kind"`
	CallerID  string           `db:"caller_id"`
	CreatedAt clock.Instant    `db:"created_at"`
}

// gathered is a topic with its tickets.
type gathered struct {
	Topic
	ids []hotline.TicketID
}

// gatherTopics groups the tickets of a window. It depends on the tickets and the moment alone;
// pause is called now and then, so that the desks do not wait for it.
func gatherTopics(list []topicTicket, divisions []string, now clock.Instant, pause func()) []gathered {
	finder := place.New(divisions)
	items := make([]cluster.Item, len(list))
	for i, t := range list {
		items[i] = cluster.Item{Key: string(t.ID), Title: t.Title, Body: t.Content, Class: t.Category, Places: spots(finder, t.Title+"，"+t.Address)}
	}
	var out []gathered
	for _, g := range cluster.Groups(items, cluster.Options{Pause: pause}) {
		if len(g.Items) < Least {
			continue
		}
		out = append(out, describeTopic(list, items, g, now))
	}
	slices.SortFunc(out, func(a, b gathered) int { return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.ids[0], b.ids[0])) })
	return out
}

// spots are the places below divisions that a text names; where there are none, the towns.
func spots(f *place.Finder, s string) []string {
	var near, far []string
	for _, n := range f.Find(s) {
		if n.Kind == place.Spot {
			near = append(near, n.Text)
		} else {
			far = append(far, n.Text)
		}
	}
	if len(near) > 0 {
		return near
	}
	return far
}

// describeTopic counts a group.
func describeTopic(list []topicTicket, items []cluster.Item, g cluster.Group, now clock.Instant) gathered {
	out := gathered{Topic: Topic{Live: true, Tickets: len(g.Items), FirstAt: math.MaxInt64, GatheredAt: now}}
	places, categories, times := map[string]int{}, map[string]int{}, map[string]int{}
	for _, i := range g.Items {
		t := &list[i]
		out.ids = append(out.ids, t.ID)
		for _, p := range items[i].Places {
			places[p]++
		}
		categories[t.Category]++
		for _, w := range place.Times(t.Content) {
			times[w]++
		}
		out.FirstAt, out.LastAt = min(out.FirstAt, t.CreatedAt), max(out.LastAt, t.CreatedAt)
		switch {
		case t.CreatedAt > now.Add(-topicPeriod):
			out.Recent++
		case t.CreatedAt > now.Add(-topicWindow):
			out.Before++
		}
		if t.Kind == hotline.Report {
			out.Reports++
		}
	}
	out.Title = list[g.Items[0]].Title
	for _, i := range g.Items { // the shortest title that has the most of what all say
		if plainness(list[i].Title, g.Terms) > plainness(out.Title, g.Terms) {
			out.Title = list[i].Title
		}
	}
	out.Place, out.Category = commonest(places, 3), commonest(categories, 1)
	out.Terms, out.Times = termsText(out.Title, g.Terms), commonest(times, 2)
	out.Heat, out.Supporters = heatOf(list, g.Items, now)
	return out
}

// plainness is how many of the common terms a title has, less its length.
func plainness(title string, terms []string) float64 {
	n := 0.0
	for _, t := range terms {
		if strings.Contains(title, strings.TrimPrefix(t, cluster.PlaceMark)) {
			n++
		}
	}
	return n - float64(len([]rune(title)))/20
}

// heatOf sums the tickets, each by how recent it is, a caller's newest whole and further ones a fourth; it also counts the
// callers. Tickets without a caller are of different ones.
func heatOf(list []topicTicket, items []int, now clock.Instant) (heat int64, supporters int) {
	byCaller := map[string][]float64{}
	sum := 0.0
	for _, i := range items {
		t := &list[i]
		warm := math.Exp2(-max(0, float64(now-t.CreatedAt)) / topicHalf)
		if t.CallerID == "" {
			supporters++
			sum += warm
			continue
		}
		byCaller[t.CallerID] = append(byCaller[t.CallerID], warm)
	}
	callers := make([]string, 0, len(byCaller))
	for c := range byCaller {
		callers = append(callers, c)
	}
	slices.Sort(callers) // sums of fractions depend on their order
	for _, c := range callers {
		warm := byCaller[c]
		slices.Sort(warm)
		sum += warm[len(warm)-1]
		for _, w := range warm[:len(warm)-1] {
			sum += w / repeatShare
		}
	}
	return int64(math.Round(100 * sum)), supporters + len(callers)
}

// commonest gives the word that was counted most often, at least least times; "" where there is none.
func commonest(count map[string]int, least int) string {
	best := ""
	for w, n := range count {
		if w != "" && n >= least && (best == "" || n > count[best] || n == count[best] && w < best) {
			best = w
		}
	}
	return best
}

// termsText gives the parts of a title that the tickets have in common.
func termsText(title string, terms []string) string {
	runes := []rune(title)
	common := make([]bool, len(runes))
	for _, t := range terms {
		word := []rune(strings.TrimPrefix(t, cluster.PlaceMark))
		for i := 0; i+len(word) <= len(runes); i++ {
			if slices.Equal(runes[i:i+len(word)], word) {
				for j := range word {
					common[i+j] = true
				}
			}
		}
	}
	var out []string
	from := -1
	for i := 0; i <= len(runes); i++ {
		switch {
		case i < len(runes) && common[i]:
			if from < 0 {
				from = i
			}
		case from >= 0:
			out = append(out, string(runes[from:i]))
			from = -1
		}
	}
	return strings.Join(out, "、")
}
