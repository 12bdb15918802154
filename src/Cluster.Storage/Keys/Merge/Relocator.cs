using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// Reads the indexes of the files that a merge has written and fills the batches that go to the directory's writer. Nothing was kept in memory
/// per value: a key that still points into a source is one whose newest value was copied, for every later one lies elsewhere.
/// </summary>
internal sealed class Relocator : IDisposable
{
    private readonly ShardManifest _manifest;
    private readonly KeyState _state;
    private readonly RelocationBatch _batch;
    private DataFileReader? _reader;
    private int _file;
    private int _indexDone;
    private bool _inSection;

    public Relocator(DataFile[] files, ShardManifest manifest, KeyState state, RelocationBatch batch, MergeSources sources)
    {
        Files = files;
        _manifest = manifest;
        _state = state;
        _batch = batch;
        batch.Begin(sources);
    }

    public DataFile[] Files { get; }

    /// <summary>Fills the batch, which is the merge's, and offers it. False: everything was offered, and applied.</summary>
    public bool Fill()
    {
        while (_batch.HasRoom && (_inSection || NextSection()))
            FillFromSection();
        if (_batch.IsEmpty)
            return false;
        _batch.Offer();
        return true;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
        // A batch that the writer still has keeps its memory.
        if (!_batch.IsFull)
            _batch.End();
    }

    private bool NextSection()
    {
        while (_file < Files.Length)
        {
            _reader ??= DataFileReader.Open(Files[_file].File, Files[_file].Info, _manifest.Shard, _manifest.ClusterId, values: false);
            if (_reader.TryNext())
            {
                _indexDone = 0;
                _inSection = true;
                return true;
            }

            _reader.Dispose();
            _reader = null;
            _file++;
        }

        return false;
    }

    private void FillFromSection()
    {
        var index = _reader!.Index[_indexDone..];
        while (!index.IsEmpty && _batch.HasRoom)
        {
            var entry = _reader.Take(ref index);
            if (entry.Kind != DataEntryKind.Tombstone)
                _batch.Add(_state.Hash(entry.Key), new ValueLocation(Files[_file].Number, checked((uint)(_reader.ValuesOffset + entry.Offset)), entry.OperationLength, entry.HasExpiry));
        }

        _indexDone = _reader.Index.Length - index.Length;
        _inSection = !index.IsEmpty;
    }
}
