using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

/// <summary>
/// The bucket pointers of a directory: a spine of chunks that double in size. Nothing moves when it grows, so readers need no
/// copy of it, and a cleared directory is simply another table.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KeyTable
{
    private long _buckets;
    private fixed ulong _spine[LinearAddress.SpineLength];

    public static KeyTable* Allocate(long buckets = LinearAddress.FirstChunk)
    {
        var table = (KeyTable*)NativeMemory.AllocZeroed((nuint)sizeof(KeyTable));
        table->_buckets = Math.Max(buckets, LinearAddress.FirstChunk);
        for (var chunk = 0; chunk <= LinearAddress.Chunk(table->_buckets - 1); chunk++)
            table->_spine[chunk] = (ulong)NativeMemory.AllocZeroed((nuint)LinearAddress.ChunkLength(chunk), (nuint)sizeof(nint));
        return table;
    }

    public static long Buckets(KeyTable* table) => Volatile.Read(ref table->_buckets);

    /// <summary>The pointer of a bucket, null while it is empty.</summary>
    public static ref nint Slot(KeyTable* table, long bucket)
    {
        var chunk = LinearAddress.Chunk(bucket);
        return ref ((nint*)table->_spine[chunk])[bucket - LinearAddress.ChunkStart(chunk)];
    }

    /// <summary>Makes sure that the next bucket has a place, before it is published.</summary>
    public static void PrepareNext(KeyTable* table)
    {
        var chunk = LinearAddress.Chunk(table->_buckets);
        // Zeroed by the system page by page as it is touched, so a large chunk costs nothing up front.
        if (table->_spine[chunk] == 0)
            table->_spine[chunk] = (ulong)NativeMemory.AllocZeroed((nuint)LinearAddress.ChunkLength(chunk), (nuint)sizeof(nint));
    }

    public static void PublishNext(KeyTable* table) => Volatile.Write(ref table->_buckets, table->_buckets + 1);

    /// <summary>Bytes of the table itself, pages not included.</summary>
    public static long Bytes(KeyTable* table)
    {
        var bytes = (long)sizeof(KeyTable);
        for (var chunk = 0; chunk < LinearAddress.SpineLength && table->_spine[chunk] != 0; chunk++)
            bytes += LinearAddress.ChunkLength(chunk) * sizeof(nint);
        return bytes;
    }

    /// <summary>Frees the table, whose pages the caller has freed.</summary>
    public static void Free(KeyTable* table)
    {
        for (var chunk = 0; chunk < LinearAddress.SpineLength && table->_spine[chunk] != 0; chunk++)
            NativeMemory.Free((void*)table->_spine[chunk]);
        NativeMemory.Free(table);
    }
}
