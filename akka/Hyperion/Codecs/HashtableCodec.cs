using System.Collections;
using Hyperion.Sessions;

namespace Hyperion.Codecs;

/// <summary>Keys and values. A table does not tell how it compares: it is read with the usual comparer.</summary>
internal sealed class HashtableCodec() : ContentCodec(typeof(Hashtable))
{
    protected override void WriteContent(SerializerSession to, object value)
    {
        var table = (Hashtable)value;
        var entries = new DictionaryEntry[table.Count];
        table.CopyTo(entries, 0);
        to.Output.WriteVarint((uint)entries.Length);
        foreach (var entry in entries)
        {
            to.WriteObject(entry.Key);
            to.WriteObject(entry.Value);
        }
    }

    protected override object ReadContent(DeserializerSession from, TypeDefinition definition, int number)
    {
        var count = from.Input.Count(2);
        var table = new Hashtable();
        from.Track(number, table);
        for (var i = 0; i < count; i++)
        {
            from.Charge(64);
            var key = from.ReadObject();
            table.Add(key, from.ReadObject());
        }

        return table;
    }
}
