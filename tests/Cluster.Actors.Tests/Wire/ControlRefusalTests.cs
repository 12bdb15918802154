using System.Runtime.Serialization;
using Cluster.Actors.Membership;
using Cluster.Actors.Wire;
using Xunit;

namespace Cluster.Actors.Tests.Wire;

/// <summary>Bytes by somebody who writes whatever he likes, read as a message that the table knows.</summary>
public sealed class ControlRefusalTests(ControlFixture fixture) : IClassFixture<ControlFixture>
{
    [Fact]
    public void A_type_that_is_not_listed_is_refused_before_any_of_its_code_runs()
    {
        var bytes = ControlFixture.Rename(fixture.Unfiltered.ToBinary(new SleeperA { Number = 1 }), nameof(SleeperA), nameof(SleeperB));

        Refuse(bytes);
        Refuse(ControlFixture.Rename(Within(new SleeperA { Number = 1 }), nameof(SleeperA), nameof(SleeperB)));
        Assert.False(Alarm.Rang);
    }

    [Fact]
    public void A_listed_type_within_a_generic_one_that_is_not_listed_is_refused()
    {
        Refuse(fixture.Unfiltered.ToBinary(new List<ControlFields> { new([], []) }));
        Refuse(Within(new List<Guid> { Guid.NewGuid() }));
        Refuse(Within(new Dictionary<string, ControlFields> { ["x"] = new([], []) }));
        Refuse(Within(new ControlFields[] { new([], []) }));
    }

    [Fact]
    public void A_message_itself_is_not_read_but_by_its_fields()
    {
        Refuse(fixture.Unfiltered.ToBinary(new GrantRequest(Guid.NewGuid(), 1)));
    }

    [Fact]
    public void A_name_that_would_load_an_assembly_loads_none()
    {
        const string Stranger = "System.Speech, System.Speech";
        var own = $"{typeof(SleeperA).FullName}, {typeof(SleeperA).Assembly.GetName().Name}";
        string? asked = null;
        ResolveEventHandler notice = (_, e) =>
        {
            if (e.Name.Contains("System.Speech", StringComparison.Ordinal)) asked = e.Name;
            return null;
        };
        AppDomain.CurrentDomain.AssemblyResolve += notice;
        try
        {
            Refuse(ControlFixture.Rename(fixture.Unfiltered.ToBinary(new SleeperA()), own, Stranger));
            Assert.Null(asked);
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= notice;
        }
    }

    [Fact]
    public void Values_that_are_no_fields_are_refused()
    {
        Refuse(fixture.Unfiltered.ToBinary("text"));
        Refuse(fixture.Unfiltered.ToBinary(new object[] { 1 }));
        Refuse(fixture.Unfiltered.ToBinary(new ControlFields(["Candidate"], [])));
        Refuse([]);
        Refuse(new byte[ControlSerializer.BytesMax + 1]);
    }

    private byte[] Within(object value) => fixture.Unfiltered.ToBinary(new ControlFields(["Candidate", "ProcessId"], [value, 1L]));

    private void Refuse(byte[] bytes) => Assert.ThrowsAny<SerializationException>(() => fixture.Serializer.FromBinary(bytes, "grant-request"));

    public sealed class SleeperA
    {
        public int Number;
    }

    public sealed class SleeperB
    {
        public int Number;

        static SleeperB() => Alarm.Rang = true;

        public SleeperB() => Alarm.Rang = true;
    }

    public static class Alarm
    {
        public static bool Rang { get; set; }
    }
}
