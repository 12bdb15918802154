using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using SQLitePCL;

namespace Cluster.Bench.Storage.Rivals;

/// <summary>The keys and values of the large store in a table of SQLite, clustered by key.</summary>
internal sealed class SqliteKeys : IDisposable
{
    private readonly SqliteRival _rival;
    private readonly sqlite3_stmt _select;
    private readonly int _keys;

    public SqliteKeys(Workplace place)
    {
        _keys = place.Options.Keys;
        place.Progress($"SQLite: {_keys:N0} keys");
        _rival = new SqliteRival(place.NewFolder("sqlite-keys"));
        _rival.Run("CREATE TABLE kv(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID");
        using var insert = _rival.Prepare("INSERT INTO kv VALUES(?, ?)");
        var key = new byte[KeyData.KeyBytes];
        var value = new byte[KeyData.ValueBytes];
        for (var i = 0; i < _keys; i++)
        {
            if (i % 200_000 == 0)
                _rival.Run(i == 0 ? "BEGIN" : "COMMIT; BEGIN");
            KeyData.WriteKey(key, i);
            raw.sqlite3_bind_blob(insert, 1, key);
            raw.sqlite3_bind_blob(insert, 2, value);
            SqliteRival.Step(insert);
        }

        _rival.Run("COMMIT");
        _rival.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        _rival.Run("PRAGMA mmap_size=8589934592");
        _select = _rival.Prepare("SELECT v FROM kv WHERE k = ?");
    }

    public double GetsPerSecond(TimeSpan time)
    {
        var random = new Random(3);
        var key = new byte[KeyData.KeyBytes];
        var value = new byte[KeyData.ValueBytes];
        long count = 0;
        _rival.Run("BEGIN"); // one read transaction: the best case
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            for (var i = 0; i < 64; i++, count++)
            {
                KeyData.WriteKey(key, random.Next(_keys));
                raw.sqlite3_bind_blob(_select, 1, key);
                if (raw.sqlite3_step(_select) != raw.SQLITE_ROW)
                    throw new InvalidOperationException("SQLite does not know a key that was inserted");
                raw.sqlite3_column_blob(_select, 0).CopyTo(value);
                raw.sqlite3_reset(_select);
            }
        }

        var rate = count / watch.Elapsed.TotalSeconds;
        _rival.Run("COMMIT");
        return rate;
    }

    public void Dispose()
    {
        _select.Dispose();
        _rival.Dispose();
    }
}
