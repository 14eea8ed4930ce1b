using System.Net.Sockets;
using Earshot.RealServer;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>Reserved ports are all different and refuse connections.</summary>
public sealed class ReservedPortTests
{
    [Fact]
    public async Task A_reserved_port_refuses_connections()
    {
        using var port = ReservedPort.Take();
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => RawConnection.OpenAsync(port.Number, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public void No_port_is_reserved_twice()
    {
        var ports = Enumerable.Range(0, 500).Select(_ => ReservedPort.Take()).ToList();
        Assert.Equal(500, ports.Select(port => port.Number).Distinct().Count());
        ports.ForEach(port => port.Dispose());
    }
}
