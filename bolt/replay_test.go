package bolt_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/conversation"
)

// The files in testdata/conversations are what real servers have said, one for each version of Bolt; TestConversation in test/integration, with -record,
// makes them.
func eachRecording(t testing.TB, test func(name string, said conversation.Recording)) {
	t.Helper()
	files, err := filepath.Glob("testdata/conversations/*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		said, err := conversation.Load(file)
		require.NoError(t, err)
		test(filepath.Base(file), said)
	}
}

// replay has the conversation with what a server has said. It ends, whatever that is: nothing on the connection waits.
func replay(t testing.TB, said conversation.Recording) (read []string, errs []error) {
	t.Helper()
	c, err := bolt.NewConn(t.Context(), said.Play(), bolt.Config{})
	if err != nil {
		return nil, []error{err}
	}
	read, errs = conversation.Play(t.Context(), c)
	if c.Reset(t.Context()) == nil {
		require.True(t, c.Clean())
	}
	require.NoError(t, c.Close())
	require.False(t, c.Alive())
	return read, errs
}

func TestReplay(t *testing.T) {
	eachRecording(t, func(name string, said conversation.Recording) {
		t.Run(name, func(t *testing.T) {
			read, errs := replay(t, said)
			require.Len(t, errs, conversation.Failures, "%v", errs)
			for _, err := range errs {
				assert.ErrorAs(t, err, new(*bolt.ServerError))
			}
			assert.Contains(t, read, `{n: 10, text: "10"}`)
			assert.Greater(t, len(read), 30)
		})
	})
}

var spoiled = flag.Int("spoiled", 100, "how many variants of each kind are made of each recording; 1000 are more than a hundred thousand together")

// TestSpoiledConversations flips, cuts, repeats and exchanges what real servers have said. The client reads what was said, or
// part of it, or ends with an error that says what it is, and it never takes more memory than what was said is worth.
func TestSpoiledConversations(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 2026))
	variants := 0
	eachRecording(t, func(name string, said conversation.Recording) {
		whole, _ := replay(t, said)
		limit := 2*allocated(func() { replay(t, said) }) + 1<<20
		for kind, spoil := range spoilers {
			for range *spoiled {
				variant := spoil(random, said)
				var read []string
				var errs []error
				took := allocated(func() { read, errs = replay(t, variant) })
				require.LessOrEqual(t, took, limit, "%s, %s: % x", name, kind, variant)
				for _, err := range errs {
					require.True(t, typed(err), "%s, %s: %T: %v", name, kind, err, err)
				}
				check(t, kind, whole, read)
				variants++
			}
		}
	})
	t.Logf("%d variants", variants)
	assert.Positive(t, variants)
}

// allocated returns how many bytes f allocates, in any goroutine.
func allocated(f func()) uint64 {
	// Other than runtime/metrics, this counts small objects when they are allocated.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// check asserts what can be said of the rows that a client has read. That a byte within a value was flipped, nobody can see.
func check(t *testing.T, kind string, whole, read []string) {
	t.Helper()
	switch kind {
	case "cut":
		requirePrefixes(t, whole, read)
	case "repeat a message", "exchange messages", "leave a message out":
		for _, row := range read {
			require.True(t, row == "" || slices.Contains(whole, row), "%s: %s", kind, row) // an answer to something else has no type
		}
	}
}

// spoilers are the ways to spoil a recording. None changes the recording itself.
var spoilers = map[string]func(*rand.Rand, conversation.Recording) conversation.Recording{
	"flip a bit": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return edit(random, said, func(part []byte, at int) []byte {
			part[at] ^= 1 << random.IntN(8)
			return part
		})
	},
	"overwrite a byte": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return edit(random, said, func(part []byte, at int) []byte {
			part[at] = byte(random.Uint32())
			return part
		})
	},
	"cut": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		in := random.IntN(len(said))
		return append(slices.Clone(said[:in]), said[in][:random.IntN(len(said[in]))])
	},
	"leave bytes out": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return edit(random, said, func(part []byte, at int) []byte {
			return slices.Delete(part, at, min(len(part), at+1+random.IntN(20)))
		})
	},
	"repeat bytes": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return edit(random, said, func(part []byte, at int) []byte {
			return slices.Insert(part, at, bytes.Clone(part[at:min(len(part), at+1+random.IntN(20))])...)
		})
	},
	"repeat a message": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return editMessages(random, said, func(all [][]byte, at int) [][]byte { return slices.Insert(all, at, all[at]) })
	},
	"leave a message out": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return editMessages(random, said, func(all [][]byte, at int) [][]byte { return slices.Delete(all, at, at+1) })
	},
	"exchange messages": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		return editMessages(random, said, func(all [][]byte, at int) [][]byte {
			other := random.IntN(len(all))
			all[at], all[other] = all[other], all[at]
			return all
		})
	},
	"exchange parts": func(random *rand.Rand, said conversation.Recording) conversation.Recording {
		variant := slices.Clone(said)
		a, b := random.IntN(len(said)), random.IntN(len(said))
		variant[a], variant[b] = variant[b], variant[a]
		return variant
	},
}

// edit changes a copy of a part at a place; each byte of the recording is as likely as any other.
func edit(random *rand.Rand, said conversation.Recording, change func(part []byte, at int) []byte) conversation.Recording {
	total := 0
	for _, part := range said {
		total += len(part)
	}
	at := random.IntN(total)
	variant := slices.Clone(said)
	for i, part := range said {
		if at < len(part) {
			variant[i] = change(bytes.Clone(part), at)
			break
		}
		at -= len(part)
	}
	return variant
}

// editMessages changes the messages of a part behind the handshake.
func editMessages(random *rand.Rand, said conversation.Recording, change func(all [][]byte, at int) [][]byte) conversation.Recording {
	in := 1 + random.IntN(len(said)-1)
	all := framed(said[in])
	variant := slices.Clone(said)
	variant[in] = slices.Concat(change(all, random.IntN(len(all)))...)
	return variant
}

// framed cuts what was said into messages with their chunks.
func framed(said []byte) (all [][]byte) {
	for at := 0; at < len(said); {
		begun := at
		for at+2 <= len(said) {
			size := int(binary.BigEndian.Uint16(said[at:]))
			at += 2 + size
			if size == 0 {
				break
			}
		}
		at = min(at, len(said))
		all = append(all, said[begun:at])
	}
	return all
}
