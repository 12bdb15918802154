namespace Cluster.Storage.Files;

public sealed class PosixFileLayer : IFileLayer
{
    public static Guid ReadBootId() => throw new NotImplementedException();
    public IDataFile Open(string path, FileOpening opening) => throw new NotImplementedException();
    public bool FileExists(string path) => throw new NotImplementedException();
    public bool FolderExists(string path) => throw new NotImplementedException();
    public void CreateFolder(string path) => throw new NotImplementedException();
    public IReadOnlyList<string> ListFiles(string folder) => throw new NotImplementedException();
    public void Rename(string from, string to) => throw new NotImplementedException();
    public void Delete(string path) => throw new NotImplementedException();
    public void DeleteFolder(string path) => throw new NotImplementedException();
    public void SyncFolder(string folder) => throw new NotImplementedException();
    public long FreeBytes(string folder) => throw new NotImplementedException();
}
