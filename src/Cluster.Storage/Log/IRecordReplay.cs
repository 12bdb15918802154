namespace Cluster.Storage.Log;

/// <summary>Is shown every valid record when a log opens, in LSN order, on the opening thread.</summary>
public interface IRecordReplay
{
    void OnRecord(in RecordView record, RecordLocation location);
}
