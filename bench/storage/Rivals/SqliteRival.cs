using System.Diagnostics;
using SQLitePCL;

namespace Cluster.Bench.Storage.Rivals;

/// <summary>SQLite in WAL mode with synchronous=FULL: one connection, prepared statements reused.</summary>
internal sealed class SqliteRival : IDisposable
{
    private readonly sqlite3 _database;

    static SqliteRival() => Batteries_V2.Init();

    public SqliteRival(string folder)
    {
        Check(raw.sqlite3_open_v2(Path.Combine(folder, "sqlite.db"), out _database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, null), "open");
        Run("PRAGMA journal_mode=WAL");
        Run("PRAGMA synchronous=FULL");
        Run("PRAGMA cache_size=-262144"); // 256 MiB
    }

    public static string Version => raw.sqlite3_libversion().utf8_to_string();

    public void Run(string sql) => Check(raw.sqlite3_exec(_database, sql), sql);

    public sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement), sql);
        return statement;
    }

    /// <summary>Records per second, appended to a table in transactions of so many.</summary>
    public static double AppendsPerSecond(Workplace place, int bytes, int batch)
    {
        var folder = place.NewFolder("sqlite");
        try
        {
            using var rival = new SqliteRival(folder);
            rival.Run("CREATE TABLE log(lsn INTEGER PRIMARY KEY, data BLOB)");
            using var begin = rival.Prepare("BEGIN");
            using var insert = rival.Prepare("INSERT INTO log(data) VALUES(?)");
            using var commit = rival.Prepare("COMMIT");
            var data = new byte[bytes];
            new Random(7).NextBytes(data);
            long count = 0;
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < place.Time)
            {
                Step(begin);
                for (var i = 0; i < batch; i++, count++)
                {
                    raw.sqlite3_bind_blob(insert, 1, data);
                    Step(insert);
                }

                Step(commit);
            }

            return count / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a statement to its end; true if it gave a row first.</summary>
    public static bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            throw new InvalidOperationException($"SQLite: error {result}");
        return result == raw.SQLITE_ROW;
    }

    public void Dispose() => _database.Dispose();

    private static void Check(int result, string what)
    {
        if (result != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite: {what}: error {result}");
    }
}
