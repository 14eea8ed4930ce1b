namespace Earshot.JetStream.Consuming;

/// <summary>Why the server was asked about the consumer.</summary>
internal enum ProbePurpose
{
    None,
    NoResponders,
    Silence,
    Limits,
    Check,
    Deadline,
}
