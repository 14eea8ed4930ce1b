namespace Earshot.Server.JetStream;

/// <summary>What an ack says.</summary>
internal enum AckKind
{
    Unknown,
    Ack,
    AckAndNext,
    Nak,
    Progress,
    Terminate,
}
