namespace Earshot.Chaos.Core;

/// <summary>What the client has reported about one publish.</summary>
internal enum PublishOutcome : byte
{
    /// <summary>The call threw: it was not accepted.</summary>
    Refused,

    /// <summary>The call completed; no flush after it has.</summary>
    Accepted,

    /// <summary>A flush after it has completed.</summary>
    Confirmed,

    /// <summary>A flush after it has failed with an unknown outcome.</summary>
    ReportedUnknown,
}
