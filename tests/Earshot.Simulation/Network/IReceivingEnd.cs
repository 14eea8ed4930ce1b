namespace Earshot.Simulation.Network;

/// <summary>The end of a direction to which its bytes come.</summary>
internal interface IReceivingEnd
{
    void Arrived(byte[] bytes);

    /// <summary>The other side sends nothing any more.</summary>
    void Ended();
}
