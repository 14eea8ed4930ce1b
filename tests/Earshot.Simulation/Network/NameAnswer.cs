namespace Earshot.Simulation.Network;

/// <summary>What a query for a name gets.</summary>
internal enum NameAnswer
{
    /// <summary>The addresses of the host, after some milliseconds.</summary>
    Right,

    /// <summary>The same after up to twelve seconds.</summary>
    Late,

    /// <summary>The name does not exist.</summary>
    NotFound,

    /// <summary>No answer: the query fails when the system's resolver gives up.</summary>
    Silent,

    /// <summary>The name has no address.</summary>
    Empty,

    /// <summary>An address that the host had once.</summary>
    Stale,
}
