namespace Cluster.Storage.Files;

/// <summary>
/// Everything that Storage asks of a file system. Every error is a <see cref="StorageFailedException"/>. The real one is
/// <see cref="PosixFileLayer"/>; tests use one that loses, tears and reorders what was not synced.
/// </summary>
public interface IFileLayer
{
    /// <summary>Opens an existing file, or creates an empty one. A created file's name is durable after <see cref="SyncFolder"/>.</summary>
    IDataFile Open(string path, FileOpening opening);

    /// <summary>False only if it certainly is not there; what cannot be told throws.</summary>
    bool FileExists(string path);

    bool FolderExists(string path);

    /// <summary>Creates one folder whose parent exists. Existing is fine.</summary>
    void CreateFolder(string path);

    /// <summary>In bytes; the file must exist.</summary>
    long FileLength(string path)
    {
        using var file = Open(path, FileOpening.Read);
        return file.Length;
    }

    /// <summary>File names, without the path, in no order. Folders are not listed.</summary>
    IReadOnlyList<string> ListFiles(string folder);

    /// <summary>Replaces the target if it exists; atomic, durable after <see cref="SyncFolder"/>. Works for folders too.</summary>
    void Rename(string from, string to);

    /// <summary>Missing is fine.</summary>
    void Delete(string path);

    /// <summary>Deletes a folder and the files in it. Missing is fine.</summary>
    void DeleteFolder(string path);

    /// <summary>Makes names created, renamed or deleted in this folder durable.</summary>
    void SyncFolder(string folder);

    /// <summary>Bytes that an unprivileged writer may still write on that file system.</summary>
    long FreeBytes(string folder);
}

public enum FileOpening
{
    /// <summary>Must exist.</summary>
    Read,

    /// <summary>Must exist; read and write.</summary>
    Write,

    /// <summary>Must not exist; read and write.</summary>
    Create,

    /// <summary>Created if missing, emptied if not; read and write.</summary>
    Replace,
}
