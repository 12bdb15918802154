using System.Buffers.Binary;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>string (UTF-8), int and long (little-endian). Identifier 17.</summary>
public sealed class PrimitiveSerializers : SerializerWithStringManifest
{
    private const string StringManifest = "S";
    private const string Int32Manifest = "I";
    private const string Int64Manifest = "L";

    /// <summary>For that system; it has no settings of its own.</summary>
    public PrimitiveSerializers(ExtendedActorSystem system, Config config) : base(system)
    {
    }

    /// <inheritdoc />
    public override string Manifest(object obj) => obj switch
    {
        string => StringManifest,
        int => Int32Manifest,
        long => Int64Manifest,
        _ => throw PayloadCodec.Unsupported(this, obj),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                byte[] four = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                byte[] eight = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw PayloadCodec.Unsupported(this, obj);
        }
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return manifest switch
            {
                StringManifest => Encoding.UTF8.GetString(bytes),
                Int32Manifest => new WireReader(bytes).Int32(),
                Int64Manifest => new WireReader(bytes).Int64(),
                _ => throw PayloadCodec.Unknown(this, manifest),
            };
        }
        catch (ProtocolException e)
        {
            throw PayloadCodec.Damaged(e);
        }
    }
}
