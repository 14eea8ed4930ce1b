namespace Earshot.JetStream;

/// <summary>Use of the JetStream API by an account.</summary>
public record ApiStats
{
    /// <summary>API level of the server that answered; 0 before 2.11.</summary>
    public int Level { get; set; }

    /// <summary>Calls since the account is known.</summary>
    public ulong Total { get; set; }

    /// <summary>Calls that ended with an error.</summary>
    public ulong Errors { get; set; }

    /// <summary>Calls that are not answered yet.</summary>
    public ulong Inflight { get; set; }
}
