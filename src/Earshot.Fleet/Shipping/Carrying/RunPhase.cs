namespace Earshot.Fleet.Shipping;

/// <summary>What a run does with what arrives.</summary>
internal enum RunPhase
{
    /// <summary>It is shipped.</summary>
    Running,
    /// <summary>What has arrived before is still sent.</summary>
    Closing,
    /// <summary>Nothing is done any more.</summary>
    Over,
}
