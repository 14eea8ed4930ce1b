namespace Earshot.JetStream.Consuming;

/// <summary>Specifies why the info of the consumer was requested.</summary>
internal enum ProbePurpose
{
    None,
    NoResponders,
    Silence,
    Limits,
    Check,
    Deadline,
}
