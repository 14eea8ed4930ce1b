namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>How many faults and stored messages are left.</summary>
internal sealed class PullBudget(int faults, int messages, bool mayDelete)
{
    public int Faults { get; set; } = faults;

    public int Messages { get; set; } = messages;

    public bool MayDelete => mayDelete;
}
