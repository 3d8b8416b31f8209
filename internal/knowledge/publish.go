package knowledge

import (
	"context"
	"errors"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// reviewEvery is how long an entry without an end of validity may stand before it is looked at again: a default of ours,
// because no rule read names one (docs/sources.md).
const reviewEvery = 365

// earlyDays is how long before its day a review counts as that review; an entry that is changed earlier than that only
// gets a new day. It is the longest lead of a reminder.
const earlyDays = 30

// ErrPast refuses to publish what would be expired at once.
var ErrPast = errs.New(errs.Conflict, "knowledge.past", "有效期已过，不能发布。请先退回修改有效期。")

// Publish is the hotline office's review with its result (复核并发布): the version in work takes the place of the one before.
func (m *Module) Publish(ctx context.Context, ref string, version int64, remark string) (Entry, error) {
	return m.act(ctx, ref, version, ActPublish, remark, func(c *change) error {
		v, err := loadVersion(c.tx, c.e.CentreID, c.e.ID, c.e.WorkN)
		if err != nil {
			return err
		}
		return c.publish(v)
	})
}

// publish puts a version in force, in the index too, and sets the day of its review.
func (c *change) publish(v Version) error {
	e, today := c.e, c.tx.Now().Date()
	if !v.ValidTo.IsZero() && v.ValidTo < today {
		return ErrPast
	}
	how := "published"
	if e.LiveN > 0 {
		how = "updated"
		if err := c.endLive(superseded); err != nil {
			return err
		}
	}
	if err := c.tx.Queue("UPDATE knowledge_version SET outcome = $4, live_from = $5 WHERE centre_id = $1 AND entry_id = $2 AND n = $3",
		e.CentreID, e.ID, v.N, inForce, c.tx.Now()); err != nil {
		return err
	}
	e.Live, e.Stage, e.LiveN, e.WorkN, e.Reason, e.PublishedAt = Published, NoStage, v.N, 0, "", c.tx.Now()
	e.show(&v.Content)
	if err := c.nextReview(how, reviewDay(today, v.ValidTo)); err != nil {
		return err
	}
	return c.put(&v.Content)
}

func (c *change) endLive(what string) error {
	return c.tx.Queue("UPDATE knowledge_version SET outcome = $4, live_to = $5 WHERE centre_id = $1 AND entry_id = $2 AND n = $3",
		c.e.CentreID, c.e.ID, c.e.LiveN, what, c.tx.Now())
}

// reviewDay is the day by which an entry must be looked at again: the last of its validity, or a year from now.
func reviewDay(today, validTo clock.Date) clock.Date {
	if validTo.IsZero() {
		return today + reviewEvery
	}
	return min(validTo, today+reviewEvery)
}

// put indexes the published text for those who may read it, and tells every process that it changed.
func (c *change) put(v *Content) (err error) {
	e := c.e
	if e.Revision, err = next(c.tx, e.CentreID, "revision"); err != nil {
		return err
	}
	doc, err := id.Parse(e.ID)
	if err != nil {
		return err
	}
	body := strings.Join([]string{v.Title, v.Question, v.Answer, v.Keywords, v.BasisNo, v.Applies}, "\n")
	return c.m.index.Put(c.tx, e.CentreID, doc, scopesOf(e.Level), c.m.index.Document(body, v.Title, v.Question, v.Answer, v.Keywords))
}

// scopesOf lists the readers' scopes under which an entry of a level is found.
func scopesOf(l Level) []string {
	switch l {
	case Public:
		return []string{string(Public), string(Internal), string(Office)}
	case Internal:
		return []string{string(Internal), string(Office)}
	}
	return []string{string(Office)}
}

// scopeFor is the scope under which an actor searches.
func scopeFor(levels []Level) string { return string(levels[len(levels)-1]) }

// Confirm says that an entry is still right (确认仍然有效) and sets its new end of validity; its text becomes a version of its
// own, so that the history shows who answered for it.
func (m *Module) Confirm(ctx context.Context, ref string, version int64, validTo clock.Date, remark string) (Entry, error) {
	if validTo.IsZero() {
		validTo = clock.NoDate
	}
	return m.act(ctx, ref, version, ActConfirm, remark, func(c *change) error {
		e, today := c.e, c.tx.Now().Date()
		if !validTo.IsZero() && validTo < today {
			return ErrInput.Field("valid_to", "有效期至不能早于今天。")
		}
		v, err := loadVersion(c.tx, e.CentreID, e.ID, e.LiveN)
		if err != nil {
			return err
		}
		if err := c.endLive(superseded); err != nil {
			return err
		}
		e.LastN++
		v.N, v.Outcome, v.ValidTo, v.Remark, v.LiveFrom, v.LiveTo = e.LastN, inForce, validTo, "复核确认，内容不变", c.tx.Now(), 0
		v.AuthorID, v.AuthorName, v.WrittenAt = c.a.UserID, c.a.Name, c.tx.Now()
		if err := store.Insert(c.tx, "knowledge_version", v); err != nil {
			return err
		}
		e.LiveN, e.ValidTo = v.N, validTo
		if err := c.nextReview("confirmed", reviewDay(today, validTo)); err != nil {
			return err
		}
		return c.put(&v.Content)
	})
}

// Withdraw takes an entry out of force (下架). It is found no more and cannot be cited.
func (m *Module) Withdraw(ctx context.Context, ref string, version int64, why string) (Entry, error) {
	why, err := opinion("reason", "下架原因", why)
	if err != nil {
		return Entry{}, err
	}
	return m.act(ctx, ref, version, ActWithdraw, why, func(c *change) (err error) {
		e := c.e
		e.Live, e.Reason = Withdrawn, why
		if err := c.closeReview("withdrawn"); err != nil {
			return err
		}
		e.ReviewDue = clock.NoDate
		if e.Revision, err = next(c.tx, e.CentreID, "revision"); err != nil {
			return err
		}
		doc, err := id.Parse(e.ID)
		if err != nil {
			return err
		}
		return c.m.index.Delete(c.tx, e.CentreID, doc)
	})
}

// review is a row of knowledge_review.
type review struct {
	CentreID string        `db:"centre_id"`
	ID       string        `db:"id"`
	EntryID  string        `db:"entry_id"`
	UnitID   string        `db:"unit_id"`
	Due      clock.Date    `db:"due"`
	DoneAt   clock.Instant `db:"done_at"`
	How      string        `db:"how"`
}

// nextReview ends the review that waits, or moves it where it is far ahead, and sets the next one with its reminders.
func (c *change) nextReview(how string, due clock.Date) error {
	e := c.e
	waiting, err := store.Get[review](c.tx, "SELECT "+store.Columns[review]("")+" FROM knowledge_review WHERE centre_id = $1 AND entry_id = $2 AND done_at = 0", e.CentreID, e.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	e.ReviewDue = due
	if err == nil && waiting.Due > c.tx.Now().Date()+earlyDays {
		waiting.Due, waiting.UnitID = due, e.UnitID
		if err := store.Update(c.tx, "knowledge_review", waiting, "centre_id", "id"); err != nil {
			return err
		}
	} else {
		if err := c.closeReview(how); err != nil {
			return err
		}
		if err := store.Insert(c.tx, "knowledge_review", review{CentreID: e.CentreID, ID: c.tx.NewID(), EntryID: e.ID, UnitID: e.UnitID, Due: due}); err != nil {
			return err
		}
	}
	if err := c.endReminders(); err != nil {
		return err
	}
	return jobs.Insert(c.tx, e.CentreID, jobRemind, e.ID, firstReminder(due, c.tx.Now()), nil)
}

// closeReview ends the review that waits, and its reminders.
func (c *change) closeReview(how string) error {
	if err := c.tx.Queue("UPDATE knowledge_review SET done_at = $3, how = $4 WHERE centre_id = $1 AND entry_id = $2 AND done_at = 0",
		c.e.CentreID, c.e.ID, c.tx.Now(), how); err != nil {
		return err
	}
	return c.endReminders()
}

func (c *change) endReminders() error {
	return c.tx.Queue("UPDATE knowledge_reminder SET open = $3 WHERE centre_id = $1 AND entry_id = $2 AND open", c.e.CentreID, c.e.ID, false)
}
