package hotline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// AttachmentKind says whose an attachment is.
type AttachmentKind string

// Kinds of attachment.
const (
	FromCitizen AttachmentKind = "citizen"  // 来电人材料: photographs and papers of the caller
	Evidence    AttachmentKind = "evidence" // 办理佐证: what a unit shows of its work
	Internal    AttachmentKind = "internal" // 内部材料: for those who work on the ticket
)

// AttachmentKinds lists the kinds of attachment.
var AttachmentKinds = []AttachmentKind{FromCitizen, Evidence, Internal}

// Label is the kind's name in the office.
func (k AttachmentKind) Label() string {
	return map[AttachmentKind]string{FromCitizen: "来电人材料", Evidence: "办理佐证", Internal: "内部材料"}[k]
}

// Attachment (附件) is a file that belongs to a ticket. Its content is a blob, which OpenAttachment gives.
type Attachment struct {
	CentreID  string         `db:"centre_id" json:"-"`
	TicketID  TicketID       `db:"ticket_id" json:"-"`
	ID        string         `db:"id" json:"id"`
	BlobID    string         `db:"blob_id" json:"-"`
	Kind      AttachmentKind `db:"kind" json:"kind"`
	LegID     LegID          `db:"leg_id" json:"leg_id,omitempty"` // whose evidence it is
	Name      string         `db:"name" json:"name"`
	Size      int64          `db:"size" json:"size"`
	MediaType string         `db:"media_type" json:"media_type"`
	At        clock.Instant  `db:"at" json:"at"`
	ByUser    string         `db:"by_user" json:"by_user,omitempty"` // "" for a citizen
}

// Limits of what comes in one request. The size of a single file is the limit of the attachment store.
const (
	MaxAttachments      = 9
	MaxAttachmentsBytes = 40 << 20
)

// ErrAttachment answers for an attachment that is not there or not for this reader.
var ErrAttachment = errs.New(errs.NotFound, "hotline.attachment", "没有这个附件，或您无权查看。请回到工单查看。")

// CheckAttachments refuses too many or too large files of one request: hotline.input at the field "files".
func CheckAttachments(sizes []int64) error {
	sum := int64(0)
	for _, n := range sizes {
		sum += n
	}
	switch {
	case len(sizes) > MaxAttachments:
		return ErrInput.Field("files", "一次最多 %d 个附件，现在有 %d 个，请减少后重新选择。", MaxAttachments, len(sizes))
	case sum > MaxAttachmentsBytes:
		return ErrInput.Field("files", "附件合计 %.1f MB，超过了 %d MB，请减少或压缩后重新选择。", float64(sum)/(1<<20), MaxAttachmentsBytes>>20)
	}
	return nil
}

func checkUploads(files []blob.Upload) error {
	sizes := make([]int64, len(files))
	for i, f := range files {
		sizes[i] = f.Size
	}
	return CheckAttachments(sizes)
}

// uploadsDigest tells one set of files from another, for idempotency keys.
func uploadsDigest(files []blob.Upload) string {
	if len(files) == 0 {
		return ""
	}
	sum := crypt.SM3([]byte(fmt.Sprintf("%+v", files)))
	return fmt.Sprintf("|%x", sum[:8])
}

// AddAttachments puts files, which the attachment store holds already, to a ticket (附件). The centre's staff may add any
// kind; a unit adds evidence to its own leg of the current round. Refusals: hotline.input, hotline.wrong_state.
func (m *Module) AddAttachments(ctx context.Context, cmd Command, kind AttachmentKind, files []blob.Upload) (Ticket, error) {
	e := ErrInput
	if kind.Label() == "" {
		e = e.Field("kind", "请选择附件的种类。")
	}
	if len(files) == 0 {
		e = e.Field("files", "请选择要上传的文件。")
	}
	if err := e.OrNil(); err != nil {
		return Ticket{}, err
	}
	cmd.Files = files
	return m.do(ctx, cmd, ActAttach, string(kind), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		leg, err := o.attachTo(actor.From(tx.Context()), cmd.LegID, kind)
		if err != nil {
			return note{}, err
		}
		return o.attach(tx, note{leg: leg, text: kind.Label()}, kind, files)
	})
}

// attachTo gives the leg that an attachment belongs to, "" for none, and refuses what the actor may not add.
func (o *order) attachTo(a *actor.Actor, asked LegID, kind AttachmentKind) (LegID, error) {
	if a.Scope(PermComment) >= actor.Centre {
		if kind != Evidence {
			return "", nil
		}
		if l := o.leg(asked); l != nil {
			return l.ID, nil
		}
		return "", ErrInput.Field("kind", "还没有派单，不能上传办理佐证。请选择其他种类。")
	}
	if kind != Evidence {
		return "", ErrInput.Field("kind", "承办单位只能上传办理佐证。")
	}
	for _, l := range o.legs {
		if (asked == "" || asked == l.ID) && org.Sees(a, PermComment, org.Row{CentreID: o.CentreID, UnitID: l.UnitID}) {
			return l.ID, nil
		}
	}
	return "", ErrNotFound.Hide()
}

// attach inserts the rows of files and adds their number and sums to the note of the event, whose chain vouches for
// them. Names stay out of it: not everybody who reads the history may know them.
func (o *order) attach(tx *store.Tx, n note, kind AttachmentKind, files []blob.Upload) (note, error) {
	if len(files) == 0 {
		return n, nil
	}
	if err := checkUploads(files); err != nil {
		return n, err
	}
	sums := make([]string, len(files))
	for i, f := range files {
		b, err := blob.Attach(tx, o.CentreID, f)
		if err != nil {
			return n, err
		}
		row := Attachment{CentreID: o.CentreID, TicketID: o.ID, ID: tx.NewID(), BlobID: b.ID, Kind: kind, LegID: n.leg, Name: b.Name, Size: b.Size,
			MediaType: b.MediaType, At: b.At, ByUser: b.MadeBy}
		if err := store.Insert(tx, "hotline_attachment", row); err != nil {
			return n, err
		}
		sums[i] = b.SHA256
	}
	if n.data == nil {
		n.data = map[string]any{}
	}
	n.data["files"], n.data["sha256"] = len(files), sums
	return n, nil
}

// readsAttachment reports whether an actor who may see the ticket may see an attachment of it: what the caller of a
// wholly confidential ticket sent stays in the hotline office.
func readsAttachment(a *actor.Actor, t *Ticket, kind AttachmentKind) bool {
	return kind != FromCitizen || t.Confidential != ConfidentialAll || a.Scope(PermRead) >= actor.Centre
}

var attachmentQuery = "SELECT " + store.Columns[Attachment]("") + " FROM hotline_attachment WHERE centre_id = $1 AND ticket_id = $2"

// loadAttachments gives the attachments of a ticket that the actor may see, oldest first.
func loadAttachments(tx *store.Tx, a *actor.Actor, t *Ticket) ([]Attachment, error) {
	list, err := store.Select[Attachment](tx, attachmentQuery+" ORDER BY id", t.CentreID, t.ID)
	out := make([]Attachment, 0, len(list))
	for _, f := range list {
		if readsAttachment(a, t, f.Kind) {
			out = append(out, f)
		}
	}
	return out, err
}

// OpenAttachment gives the blob of an attachment of a ticket, named by id or number, for whoever may see both. Opening one
// of a confidential ticket is a line of the audit log. It fails with hotline.attachment.
func (m *Module) OpenAttachment(ctx context.Context, idOrNo, attachment string) (blob.Blob, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return blob.Blob{}, err
	}
	var t Ticket
	var b blob.Blob
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if t, err = visibleTicket(tx, a, idOrNo); err != nil {
			return err
		}
		f, err := store.Get[Attachment](tx, attachmentQuery+" AND id = $3", t.CentreID, t.ID, attachment)
		if errors.Is(err, store.ErrNotFound) {
			return ErrAttachment
		}
		if err != nil {
			return err
		}
		if !readsAttachment(a, &t, f.Kind) {
			return ErrAttachment.Hide()
		}
		b, err = blob.Find(tx, t.CentreID, f.BlobID)
		return err
	})
	if err != nil || t.Confidential == NotConfidential {
		return b, err
	}
	return b, m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := audit.Lock(tx, t.CentreID, string(t.ID)); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActOpenFile), Permission: PermRead, Kind: "ticket", Object: string(t.ID),
			Detail: map[string]any{"no": t.No, "attachment": attachment}})
	})
}

// visibleTicket gives a ticket by id or number, or hotline.not_found where the actor may not see it.
func visibleTicket(tx *store.Tx, a *actor.Actor, idOrNo string) (Ticket, error) {
	column := "id"
	if strings.Contains(idOrNo, "-") {
		column = "no"
	}
	t, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND "+column+" = $2", a.CentreID, idOrNo)
	if errors.Is(err, store.ErrNotFound) {
		return t, ErrNotFound
	}
	if err != nil {
		return t, err
	}
	o := order{Ticket: t}
	if o.legs, err = store.Select[Leg](tx, legQuery, t.CentreID, t.ID); err != nil {
		return t, err
	}
	return t, o.visible(a, PermRead)
}
