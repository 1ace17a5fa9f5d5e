package records_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// rawPath encodes a path of n nodes, numbered from 0, and rels relationships, numbered from 10, with any indices.
func rawPath(n, rels int, indices ...int64) []byte {
	b := packstream.AppendStruct(nil, 'P', 3)
	b = packstream.AppendList(b, n)
	for i := range n {
		b = packstream.AppendStruct(b, 'N', 3)
		b = packstream.AppendInt(b, int64(i))
		b = packstream.AppendMap(packstream.AppendList(b, 0), 0)
	}
	b = packstream.AppendList(b, rels)
	for i := range rels {
		b = packstream.AppendStruct(b, 'r', 3)
		b = packstream.AppendInt(b, int64(10+i))
		b = packstream.AppendMap(packstream.AppendString(b, "KNOWS"), 0)
	}
	b = packstream.AppendList(b, len(indices))
	for _, i := range indices {
		b = packstream.AppendInt(b, i)
	}
	return b
}

func TestPathDecoding(t *testing.T) {
	// (a)-[:KNOWS]->(b)<-[:KNOWS]-(a): the node a comes twice, and is in the pool once.
	p, ok := decode(t, rawPath(2, 2, 1, 1, -2, 0)).AsPath()
	require.True(t, ok)
	require.Len(t, p.Nodes, 3)
	require.Len(t, p.Relationships, 2)
	assert.Equal(t, []string{"0", "1", "0"}, []string{p.Nodes[0].ElementID, p.Nodes[1].ElementID, p.Nodes[2].ElementID})
	first, second := p.Relationships[0], p.Relationships[1]
	assert.Equal(t, [3]int64{10, 0, 1}, [3]int64{first.ID, first.StartID, first.EndID})
	assert.Equal(t, [3]int64{11, 0, 1}, [3]int64{second.ID, second.StartID, second.EndID})
	assert.Equal(t, "0", second.StartElementID)
	assert.Equal(t, "1", second.EndElementID)

	for _, d := range []records.Dialect{bolt44, bolt58} {
		b, err := records.AppendResult(nil, p, d)
		require.NoError(t, err)
		assert.Equal(t, p, decode(t, b).Any())
	}

	alone, ok := decode(t, rawPath(1, 0)).AsPath()
	require.True(t, ok)
	assert.Len(t, alone.Nodes, 1)
	assert.Empty(t, alone.Relationships)
	assert.Equal(t, "()", records.PathValue(alone).String())
}

func TestPathsThatMakeNoSense(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"no nodes", rawPath(0, 0), "undecodable PATH: a path without nodes"},
		{"odd indices", rawPath(2, 1, 1), "undecodable PATH: a path with an odd number of indices"},
		{"relationship 0", rawPath(2, 1, 0, 1), "undecodable PATH: a path with relationship 0 of 1"},
		{"relationship beyond", rawPath(2, 1, 2, 1), "undecodable PATH: a path with relationship 2 of 1"},
		{"relationship beyond, backwards", rawPath(2, 1, -2, 1), "undecodable PATH: a path with relationship -2 of 1"},
		{"smallest relationship", rawPath(2, 1, -1<<63, 1), "undecodable PATH: a path with relationship -9223372036854775808 of 1"},
		{"node beyond", rawPath(2, 1, 1, 2), "undecodable PATH: a path with node 2 of 2"},
		{"node before", rawPath(2, 1, 1, -1), "undecodable PATH: a path with node -1 of 2"},
		{"not a node", append([]byte{0xB3, 'P', 0x91}, append(unhex(t, "B1 44 01"), 0x90, 0x90)...), "undecodable PATH: a path of something else than nodes and relationships"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i, ok := decode(t, tt.in).AsInvalid()
			require.True(t, ok)
			assert.EqualError(t, i, tt.want)
		})
	}
}

// A relationship is where it is: what says otherwise makes no sense.
func TestPathOfARelationshipInTwoPlaces(t *testing.T) {
	v := decode(t, rawPath(3, 1, 1, 1, 1, 2))
	require.Equal(t, records.KindInvalid, v.Kind(), v.String())
	assert.Contains(t, v.String(), "between several pairs of nodes")
	assert.Equal(t, records.KindPath, decode(t, rawPath(2, 1, 1, 1, -1, 0, 1, 1)).Kind(), "there and back, and there again")
}

// TestPathComesBack: a node to which a path comes ten thousand times is converted, copied and counted once.
func TestPathComesBack(t *testing.T) {
	const visits, size = 10_000, 20_000
	in := packstream.AppendStruct(nil, 'P', 3)
	in = packstream.AppendInt(packstream.AppendStruct(packstream.AppendList(in, 1), 'N', 3), 0)
	in = packstream.AppendString(packstream.AppendMap(packstream.AppendList(in, 0), 1), "b")
	in = packstream.AppendBytes(in, make([]byte, size))
	in = packstream.AppendInt(packstream.AppendStruct(packstream.AppendList(in, 1), 'r', 3), 0)
	in = packstream.AppendString(packstream.AppendMap(packstream.AppendString(in, "SELF"), 1), "b")
	in = packstream.AppendBytes(in, make([]byte, size))
	in = packstream.AppendList(in, 2*visits)
	for range visits {
		in = append(in, 1, 0)
	}
	v := decode(t, in)
	allocated := func(f func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	var p records.Path
	assert.Less(t, allocated(func() { p, _ = v.AsPath() }), uint64(16<<20))
	assert.Len(t, p.Nodes, visits+1)
	assert.Len(t, p.Nodes[visits].Props["b"], size)
	assert.Len(t, p.Relationships[visits-1].Props["b"], size)
	var c records.Value
	assert.Less(t, allocated(func() { c = v.Clone() }), uint64(16<<20))
	again, _ := c.AsPath()
	assert.Len(t, again.Nodes[visits].Props["b"], size)
	assert.Less(t, records.NewRecord([]string{"p"}, v).Size(), 10*len(in))
}
