using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class FailureDetectorTests
{
    private long _now;

    [Fact]
    public void Phi_grows_with_silence_and_a_heartbeat_makes_the_source_available_again()
    {
        PhiAccrualFailureDetector detector = Phi(pauseMs: 3000);
        Assert.True(detector.IsAvailable);
        Assert.False(detector.IsMonitoring);
        for (int i = 0; i < 20; i++) Beat(detector, 1000);
        Assert.True(detector.IsMonitoring);
        _now += 3500;
        Assert.True(detector.IsAvailable);
        double before = detector.CurrentPhi;
        _now += 500;
        Assert.True(detector.CurrentPhi > before);
        _now += 3000;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
    }

    [Fact]
    public void The_interval_that_ends_an_outage_makes_the_detector_no_more_patient()
    {
        PhiAccrualFailureDetector detector = Phi(pauseMs: 0);
        for (int i = 0; i < 50; i++) Beat(detector, 1000);
        _now += 60_000;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        _now += 5000;
        Assert.False(detector.IsAvailable);
    }

    [Theory]
    [InlineData(0, 1000, 100, 0.0)]
    [InlineData(1000, 1000, 100, 0.3010)]
    [InlineData(1100, 1000, 100, 0.7999)]
    public void Phi_is_the_logistic_approximation(long elapsed, double mean, double deviation, double expected) =>
        Assert.Equal(expected, PhiAccrualFailureDetector.Phi(elapsed, mean, deviation), 3);

    [Fact]
    public void The_history_forgets_what_is_older_than_its_size()
    {
        HeartbeatHistory history = new(capacity: 3);
        foreach (double sample in new double[] { 100, 200, 300, 400 }) history.Add(sample);
        Assert.Equal(3, history.Count);
        Assert.Equal(300, history.Mean, 6);
        Assert.Equal(81.6497, history.StandardDeviation, 3);
    }

    [Fact]
    public void A_deadline_passes_when_pause_and_interval_are_over()
    {
        DeadlineFailureDetector detector = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), () => _now);
        Assert.True(detector.IsAvailable);
        detector.HeartBeat();
        _now += 3999;
        Assert.True(detector.IsAvailable);
        _now += 1;
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void A_registry_knows_only_what_had_a_heartbeat()
    {
        DefaultFailureDetectorRegistry<Address> registry = new(() => new DeadlineFailureDetector(TimeSpan.FromSeconds(1), () => _now));
        Address known = new("akka.tcp", "a", "h", 1);
        Address unknown = new("akka.tcp", "a", "h", 2);
        registry.Heartbeat(known);
        _now += 5000;
        Assert.False(registry.IsAvailable(known));
        Assert.True(registry.IsAvailable(unknown));
        Assert.False(registry.IsMonitoring(unknown));
        registry.Remove(known);
        Assert.True(registry.IsAvailable(known));
        Assert.False(registry.IsMonitoring(known));
    }

    [Fact]
    public void A_detector_is_made_of_its_name_and_its_section()
    {
        Config remote = RemoteReference.Config;
        RemoteSettings settings = new(remote.WithFallback(ConfigurationFactory.Default()));
        using ActorSystem system = ActorSystem.Create("detectors", "akka.loglevel = OFF");
        Assert.IsType<PhiAccrualFailureDetector>(FailureDetectorLoader.Load(
            settings.WatchFailureDetectorImplementationClass, settings.WatchFailureDetectorConfig, system));
        Assert.IsType<DeadlineFailureDetector>(FailureDetectorLoader.Load(
            "Akka.Remote.DeadlineFailureDetector, Akka.Remote", remote.GetConfig("akka.remote.transport-failure-detector"), system));
        Assert.Throws<ConfigurationException>(() => FailureDetectorLoader.Load("No.Such, Thing", remote, system));
    }

    private PhiAccrualFailureDetector Phi(int pauseMs) => new(
        8.0, 200, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(pauseMs), TimeSpan.FromSeconds(1), () => _now);

    private void Beat(FailureDetector detector, int afterMs)
    {
        _now += afterMs;
        detector.HeartBeat();
    }
}
