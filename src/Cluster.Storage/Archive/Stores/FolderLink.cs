using System.Runtime.InteropServices;

namespace Cluster.Storage.Archive.Stores;

/// <summary>The one call that gives a file a second name only if that name is free.</summary>
internal static partial class FolderLink
{
    public const int EEXIST = 17;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);
}
