namespace Cluster.Storage.Archive.Stores;

/// <summary>
/// Where an archive lies: objects under names, written whole or not at all.
///
/// Invariants, held by every implementation (one conformance suite):
/// O1. An object is seen with its whole content or not at all, also after a crash of the writer or the store; once <see cref="PutAsync"/> has returned it is durable.
/// O2. A content that does not have the length and the SHA-256 that it was announced with is never published.
/// O3. A condition decides atomically against other writers, or the store says at its opening that it cannot (<see cref="Protections"/>) and refuses the condition.
/// O4. A download gives exactly the bytes of the object or throws: a connection that ends early is never the end of the object.
/// O5. A listing names every object whose put had returned before it began, once, in no order, unless <see cref="StoreProtections.ListsAfterWrites"/> is missing.
/// O6. Everything fails with <see cref="ObjectStoreException"/>, which says whether trying again can help; after a failed put the object may exist.
///
/// Safe on any thread.
/// </summary>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>For people: which store, without anything secret.</summary>
    string Address { get; }

    StoreProtections Protections { get; }

    Task<PutResult> PutAsync(string name, ObjectContent content, PutCondition condition, CancellationToken cancellation = default);

    /// <summary>The object from <paramref name="offset"/> on; an offset at its end gives nothing, one behind it is an error. Throws NotFound.</summary>
    Task<ObjectDownload> OpenAsync(string name, long offset = 0, CancellationToken cancellation = default);

    /// <summary>Null if it is not there.</summary>
    Task<StoredObject?> FindAsync(string name, CancellationToken cancellation = default);

    /// <summary>All objects whose names begin with <paramref name="prefix"/>, in no order: servers have their own.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation = default);

    /// <summary>Missing is fine.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation = default);
}

/// <summary>An object as a listing or a look-up shows it.</summary>
/// <param name="Name">Whole, with its prefix.</param>
/// <param name="Bytes">Of the content as it is stored.</param>
/// <param name="Tag">Changes with the content, for <see cref="PutCondition.IfTag"/>; null in a listing.</param>
public sealed record StoredObject(string Name, long Bytes, string? Tag);

/// <param name="Written">False: the condition did not hold, nothing was changed.</param>
/// <param name="Tag">Of the object that was written; null if nothing was.</param>
public readonly record struct PutResult(bool Written, string? Tag);

/// <summary>What must be true of the name for a put to happen.</summary>
public readonly record struct PutCondition
{
    private PutCondition(bool create, string? tag)
    {
        IsCreate = create;
        Tag = tag;
    }

    public static PutCondition None => default;

    /// <summary>No object has that name.</summary>
    public static PutCondition IfAbsent => new(create: true, null);

    public bool IsCreate { get; }

    public string? Tag { get; }

    /// <summary>The object still is the one that had this tag.</summary>
    public static PutCondition IfTag(string tag) => new(create: false, tag);
}
