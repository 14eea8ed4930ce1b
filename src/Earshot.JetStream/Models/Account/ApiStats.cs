namespace Earshot.JetStream;

/// <summary>Statistics of the JetStream API calls of an account.</summary>
public record ApiStats
{
    /// <summary>The API level of the server that responded; 0 before server 2.11.</summary>
    public int Level { get; set; }

    /// <summary>The total number of API calls.</summary>
    public ulong Total { get; set; }

    /// <summary>The number of API calls that failed with an error.</summary>
    public ulong Errors { get; set; }

    /// <summary>The number of API calls that are not answered yet.</summary>
    public ulong Inflight { get; set; }
}
