using System.IO.Pipelines;
using System.Net;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Network;

/// <summary>One connection between a client and a host, and the faults that can happen to it.</summary>
internal sealed class Link
{
    private readonly Scheduler _scheduler;
    private readonly Chance _chance;
    private readonly Direction _up;
    private readonly Direction _down;
    private readonly ServerEnd _server;

    public Link(int number, Host host, IDuplexPipe? pipe, Actor clientActor, Surroundings surroundings)
    {
        (Scheduler scheduler, Chance chance, LinkQuality quality) = (surroundings.Scheduler, surroundings.Chance.Fork(), surroundings.Quality);
        (Number, Host, _scheduler, _chance) = (number, host, scheduler, chance);
        ClientActor = clientActor;
        _server = new ServerEnd(pipe, scheduler, surroundings.Network);
        Client = new ClientEnd(new IPEndPoint(IPAddress.Loopback, host.Port), quality);
        _up = new Direction(scheduler, surroundings.Network, quality, chance, _server);
        _down = new Direction(scheduler, clientActor, quality, chance, Client);
        (Client.Up, _server.Up) = (_up, _up);
        _server.Acknowledged = () => scheduler.After(quality.Latency, clientActor, Client.Acknowledged);
        Client.Closed = ClientClosed;
    }

    public int Number { get; }

    public Host Host { get; }

    public Actor ClientActor { get; }

    public ClientEnd Client { get; }

    /// <summary>Neither side uses it any more.</summary>
    public bool IsOver => Client.IsClosed;

    public override string ToString() => $"link {Number} to {Host.Name}";

    /// <summary>Takes what the server has written; where the host is hostile, it may be something else that the client receives.</summary>
    public bool Collect()
    {
        if (_down.IsStalled)
        {
            return false; // the server's own buffer fills
        }

        (byte[] bytes, bool isEnd, bool isReset) = _server.Take();
        if (bytes.Length > 0)
        {
            _down.Write(bytes);
            if (Host.Mode == HostMode.ClosesAfterPong && bytes.AsSpan().IndexOf("PONG\r\n"u8) >= 0)
            {
                isEnd = true;
            }
        }

        if (isReset)
        {
            Reset();
        }
        else if (isEnd)
        {
            _down.WriteEnd();
        }

        return bytes.Length > 0 || isEnd;
    }

    /// <summary>Sends bytes to the client that the server never wrote, between two of its operations.</summary>
    public void Inject(ReadOnlySpan<byte> bytes) => _down.Write(bytes);

    /// <summary>Both sides receive an error; what is in flight is lost.</summary>
    public void Reset()
    {
        CloseBoth();
        Client.Reset();
        _server.Close(new IOException("Connection reset."));
    }

    /// <summary>The server's side closes in order.</summary>
    public void CloseFromServer()
    {
        _down.WriteEnd();
        _server.Close(null);
    }

    /// <summary>The client's writes fail from now on, and it receives nothing more; the server notices nothing.</summary>
    public void FailWrites()
    {
        Disturb();
        _up.IsBlackHole = true;
        _down.IsBlackHole = true;
        Client.FailWrites();
    }

    /// <summary>What is sent in these directions is lost until the link is replaced.</summary>
    public void BecomeBlackHole(bool up, bool down)
    {
        Disturb();
        _up.IsBlackHole |= up;
        _down.IsBlackHole |= down;
    }

    /// <summary>Holds back what is sent in these directions for a time.</summary>
    public void Stall(bool up, bool down, TimeSpan duration)
    {
        Disturb();
        foreach (Direction direction in (Direction[])[.. up ? [_up] : Array.Empty<Direction>(), .. down ? [_down] : Array.Empty<Direction>()])
        {
            direction.Stall();
            _scheduler.After(duration, ClientActor, direction.Resume);
        }
    }

    /// <summary>Adds to the latency of both directions for a time.</summary>
    public void SlowDown(TimeSpan delay, TimeSpan duration)
    {
        Disturb();
        (_up.Delay, _down.Delay) = (delay, delay);
        _scheduler.After(duration, ClientActor, () => (_up.Delay, _down.Delay) = (TimeSpan.Zero, TimeSpan.Zero));
    }

    private void Disturb() => ClientActor.Disturb(_scheduler.Now);

    private void ClientClosed()
    {
        _down.Close();
        if (_up.IsBlackHole)
        {
            return; // the server notices nothing
        }

        if (_chance.Is(0.5))
        {
            _up.WriteEnd(); // what was written arrives before
            return;
        }

        _up.Close();
        _server.Close(new IOException("Connection reset."));
    }

    private void CloseBoth()
    {
        _up.Close();
        _down.Close();
    }
}
