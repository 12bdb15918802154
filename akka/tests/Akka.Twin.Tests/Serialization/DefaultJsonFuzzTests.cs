using System;
using System.Collections.Generic;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;
using Xunit;

namespace Akka.Twin.Tests.Serialization;

/// <summary>Whatever bytes and manifests a peer sends: an object of the named type, or the typed error.</summary>
public sealed class DefaultJsonFuzzTests : IDisposable
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AKKA_LONG") == "1" ? 1_000_000 : 20_000;

    private static readonly object[] Seeds =
    [
        "text", 17, new[] { 1, 2, 3 }, (1, "two"), new DefaultJsonTests.Line("a", 1.5), new DefaultJsonTests.Settable { Number = 1, Nested = new() { Text = "x" } },
        new DefaultJsonTests.Order("o", 2, new("a", 1.5), [new("b", 2)], new Dictionary<string, DefaultJsonTests.Line> { ["d"] = new("d", 4) }), new DefaultJsonTests.Point { X = 1 },
    ];

    private static readonly byte[][] Tokens =
    [
        "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(), "null"u8.ToArray(), "\""u8.ToArray(), "\\u"u8.ToArray(), "1e999"u8.ToArray(),
        "-"u8.ToArray(), "\"$type\":"u8.ToArray(), "\"$ref\":\"1\""u8.ToArray(), "true"u8.ToArray(), [0xFF], [0], [0xC3],
    ];

    private readonly ActorSystem _system = ActorSystem.Create("json-fuzz", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    [Fact]
    public void Mutated_messages_only_raise_the_typed_error()
    {
        var serializer = _system.Serialization.FindSerializerForType(typeof(DefaultJsonFuzzTests));
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var message = Seeds[random.Next(Seeds.Length)];
            var bytes = new List<byte>(serializer.ToBinary(message));
            var manifest = new StringBuilder((random.Next(4) == 0 ? Seeds[random.Next(Seeds.Length)] : message).GetType().TypeQualifiedName());
            for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
            {
                Mutate(bytes, random);
            }

            if (random.Next(4) == 0)
            {
                manifest[random.Next(manifest.Length)] = (char)random.Next(32, 127);
            }

            Read(bytes.ToArray(), manifest.ToString(), round);
        }
    }

    [Fact]
    public void Endless_nesting_is_an_error_and_no_stack_overflow()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(System.Linq.Enumerable.Repeat("{\"Nested\":", 100_000)));
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(bytes, 1, typeof(DefaultJsonTests.Settable).TypeQualifiedName()));
    }

    public void Dispose() => _system.Dispose();

    private static void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(4))
        {
            case 0:
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes.RemoveRange(at, random.Next(bytes.Count - at));
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(0, at));
                break;
        }
    }

    private void Read(byte[] bytes, string manifest, int round)
    {
        try
        {
            _system.Serialization.Deserialize(bytes, 1, manifest);
        }
        catch (SerializationException)
        {
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"round {round}: {e.GetType()} for {manifest}: {Convert.ToHexString(bytes)}", e);
        }
    }
}
