package cluster_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"

	"yichuang/internal/cluster"
	"yichuang/internal/datatest"
	"yichuang/internal/place"
)

// message is a real request with the topics that three teams of people gave it.
type message struct {
	ID      string `json:"msg_id"`
	Title   string `json:"title"`
	Content string `json:"content"`
	A       string `json:"topic_team_a"`
	B       string `json:"topic_team_b"`
	C       string `json:"topic_team_c"`
}

func messages(t *testing.T) []message {
	var out []message
	lines := bufio.NewScanner(bytes.NewReader(datatest.Read(t, "taidi2020c/hot_dev.jsonl")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// match is how well a topic of a team is one group.
type match struct{ size, group, both int }

func (m match) f1() float64 { return 2 * float64(m.both) / float64(m.size+m.group) }

// best finds for each topic of a team the group that fits it best; everything else in the group counts against it.
func best(topics []string, of []int, groups []cluster.Group) map[string]match {
	count := map[string]map[int]int{}
	size := map[string]int{}
	for i, topic := range topics {
		if topic == "" {
			continue
		}
		if count[topic] == nil {
			count[topic] = map[int]int{}
		}
		count[topic][of[i]]++
		size[topic]++
	}
	out := map[string]match{}
	for topic, in := range count {
		for c, n := range in {
			if m := (match{size[topic], len(groups[c].Items), n}); m.f1() > out[topic].f1() || out[topic].size == 0 {
				out[topic] = m
			}
		}
	}
	return out
}

// bcubed compares groups with a team's topics over the messages that the team gave one.
func bcubed(topics []string, of []int) (precision, recall float64) {
	n := 0.0
	for i, topic := range topics {
		if topic == "" {
			continue
		}
		n++
		var same, group, both float64
		for j, other := range topics {
			if other == "" {
				continue
			}
			if other == topic {
				same++
			}
			if of[j] == of[i] {
				group++
				if other == topic {
					both++
				}
			}
		}
		precision, recall = precision+both/group, recall+both/same
	}
	return precision / n, recall / n
}

// The three topics of one matter that the teams found are found again, each nearly whole and nearly alone. Two topics of
// team b are all requests of one street office, whatever they are about, and are no groups here.
func TestTopicsThatPeopleFound(t *testing.T) {
	list := messages(t)
	finder := place.New(nil)
	items := make([]cluster.Item, len(list))
	var teams [3][]string
	for i, m := range list {
		items[i] = cluster.Item{Key: m.ID, Title: m.Title, Body: m.Content}
		for _, n := range finder.Find(m.Title) {
			if n.Kind == place.Spot {
				items[i].Places = append(items[i].Places, n.Text)
			}
		}
		for k, topic := range []string{m.A, m.B, m.C} {
			teams[k] = append(teams[k], topic)
		}
	}
	groups := cluster.Groups(items, cluster.Options{})
	of := make([]int, len(items))
	for c, g := range groups {
		for _, i := range g.Items {
			of[i] = c
		}
	}
	least := []map[string]float64{{"3": 0.75}, {"2": 0.80, "3": 0.85}, {"2": 0.85, "3": 0.75, "5": 0.80}}
	for k, topics := range teams {
		p, r := bcubed(topics, of)
		t.Logf("team %c: B-cubed precision %.3f recall %.3f F %.3f", 'a'+k, p, r, 2*p*r/(p+r))
		for topic, m := range best(topics, of, groups) {
			t.Logf("team %c topic %s: %d messages, best group %d, both %d, F1 %.3f", 'a'+k, topic, m.size, m.group, m.both, m.f1())
			if m.f1() < least[k][topic] {
				t.Errorf("team %c topic %s: F1 %.3f", 'a'+k, topic, m.f1())
			}
		}
	}
}
