namespace Earshot.Fleet.Analysis;

/// <summary>What names one connection on both sides: the running server and the id that it gave the client.</summary>
internal readonly record struct SessionKey(string ServerId, ulong ClientId) : IComparable<SessionKey>
{
    public int CompareTo(SessionKey other) =>
        string.CompareOrdinal(ServerId, other.ServerId) is not 0 and var order ? order : ClientId.CompareTo(other.ClientId);
}
