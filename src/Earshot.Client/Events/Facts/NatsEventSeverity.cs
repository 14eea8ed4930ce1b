// The two ways to sort events: what they are about, and how much they matter.
namespace Earshot;

/// <summary>The severity of an event, which is the log level of the same name.</summary>
public enum NatsEventSeverity : byte // every event that is kept holds one
{
    /// <summary>Diagnosis at the level of the protocol.</summary>
    Trace = 0,
    /// <summary>Diagnosis of the client's behaviour.</summary>
    Debug = 1,
    /// <summary>A normal event worth knowing.</summary>
    Information = 2,
    /// <summary>An abnormal event that the client recovers from.</summary>
    Warning = 3,
    /// <summary>A failure of an operation or of the connection.</summary>
    Error = 4,
    /// <summary>A failure of the client itself.</summary>
    Critical = 5,
}
