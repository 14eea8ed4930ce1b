using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Earshot.Server.Listening;

/// <summary>
/// Kestrel's sockets, reading 64 KiB at a time instead of 4: a message of 16 KiB would take five reads. Kestrel takes another
/// pool of memory only from a service provider.
/// </summary>
internal static class SocketTransport
{
    private static readonly Lazy<IConnectionListenerFactory> s_factory = new(Create);

    /// <summary>Makes listeners that share nothing; it is the same for all servers of the process.</summary>
    public static IConnectionListenerFactory Factory => s_factory.Value;

    private static IConnectionListenerFactory Create()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocksFactory>();
        builder.WebHost.UseSockets(options =>
        {
            options.Backlog = 512;
            options.CreateBoundListenSocket = PortReservation.CreateBound;
        });
        return builder.Services.BuildServiceProvider().GetRequiredService<IConnectionListenerFactory>();
    }

    private sealed class LargeBlocksFactory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlocks();
    }

    private sealed class LargeBlocks : MemoryPool<byte>
    {
        private const int BlockSize = 64 * 1024;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(BlockSize);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
