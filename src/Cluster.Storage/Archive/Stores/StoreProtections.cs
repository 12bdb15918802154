namespace Cluster.Storage.Archive.Stores;

/// <summary>What a store does for us beyond keeping bytes. Found out at its opening by trying, never by what it calls itself.</summary>
/// <param name="Creates">A put can be refused if the name exists, atomically.</param>
/// <param name="Replaces">A put can be refused if the object changed, atomically: without it no lease can exclude a second archiver.</param>
/// <param name="ChecksUploads">What arrived is compared with what was sent before a put returns.</param>
/// <param name="ListsAfterWrites">A listing shows what was put before it began.</param>
public sealed record StoreProtections(bool Creates, bool Replaces, bool ChecksUploads, bool ListsAfterWrites)
{
    public static readonly StoreProtections All = new(true, true, true, true);

    /// <summary>One line for each that is missing, with what it means; empty if none is. To be said at start-up.</summary>
    public IReadOnlyList<string> Missing
    {
        get
        {
            var lines = new List<string>();
            if (!Creates)
                lines.Add("it cannot refuse to overwrite an object: a second writer under the same names is noticed only after the fact, by verify");
            if (!Replaces)
                lines.Add("it has no conditional replacement, so no lease: nothing keeps a copy of this cluster from archiving to the same place");
            if (!ChecksUploads)
                lines.Add("it does not tell what has arrived: every upload is read back before it counts");
            if (!ListsAfterWrites)
                lines.Add("its listings lag behind: verify and restore may miss the newest objects and say so");
            return lines;
        }
    }
}
