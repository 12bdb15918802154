namespace Cluster.Bench.Storage.Rows;

/// <summary>All rows, in the order of the table. Those that share the large store follow each other.</summary>
internal static class RowList
{
    public static readonly IReadOnlyList<Row> All =
    [
        AppendRows.Small,
        AppendRows.One,
        AppendRows.Large,
        ReaderRows.Memory,
        ReaderRows.Disk,
        GetRows.Buffer,
        GetRows.Disk,
        MemoryRows.Keys,
        OpenRows.Hints,
        OpenRows.Log,
        MergeRows.Throughput,
        MergeRows.Endurance,
    ];
}
