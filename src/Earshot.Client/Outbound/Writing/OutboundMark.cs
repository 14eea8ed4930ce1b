namespace Earshot.Outbound;

/// <summary>A place among all that was ever handed to sessions. Fields, so that they can be read without a lock one by one.</summary>
internal struct OutboundMark
{
    public long Bytes;
    public long Publishes;

    public void RaiseTo(in OutboundMark other)
    {
        Volatile.Write(ref Bytes, Math.Max(Bytes, other.Bytes));
        Volatile.Write(ref Publishes, Math.Max(Publishes, other.Publishes));
    }
}
