namespace Cluster.Actors.Shards.Core;

/// <summary>Errors that tests switch on to prove that the simulator would find them.</summary>
internal enum PlantedBug : byte
{
    None = 0,

    /// <summary>A replica acknowledges what it has appended, not what it has flushed.</summary>
    AckBeforeSync = 1,

    /// <summary>A vote compares last LSNs and ignores last terms.</summary>
    VoteByLsnAlone = 2,

    /// <summary>The reply of a conditional write that wrote nothing does not wait for what it looked at.</summary>
    FailedConditionNotHeld = 3,
}
