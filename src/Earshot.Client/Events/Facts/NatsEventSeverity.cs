// The two ways to sort events: what they are about, and how much they matter.
namespace Earshot;

/// <summary>How much an event matters; the log level of the same name.</summary>
public enum NatsEventSeverity : byte // every event that is kept holds one
{
    /// <summary>For protocol level diagnosis.</summary>
    Trace = 0,
    /// <summary>For diagnosis.</summary>
    Debug = 1,
    /// <summary>Normal and worth knowing.</summary>
    Information = 2,
    /// <summary>Not as it should be; the client copes.</summary>
    Warning = 3,
    /// <summary>Something failed.</summary>
    Error = 4,
    /// <summary>The client itself failed.</summary>
    Critical = 5,
}
