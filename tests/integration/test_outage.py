"""Redis or Kafka goes away in the middle of a stream: nothing is lost, nothing is said twice, and `status` says what is
wrong."""

import care
from case import ServersTest


class Outage(ServersTest):
    """The stream goes on, or tries to, while a server is gone."""

    def setUp(self):
        super().setUp()
        self.daemon.start()
        start = care.ago(days=120).date().isoformat()
        self.stream = care.sample(30, start, 120, 11)

    def publish_pieces(self, pieces):
        """Sends the stream in that many pieces."""
        size = len(self.stream) // pieces + 1
        for start in range(0, len(self.stream), size):
            self.publish(self.stream[start:start + size])
            yield

    def assert_whole(self):
        """Everything is there, once."""
        self.wait_for_agreement(seconds=90)
        self.wait_until_caught_up()
        self.assert_each_once()
        self.assertTrue(self.daemon.process.running())

    def assert_status_names(self, server):
        """The daemon says that something is wrong, and what; so does `watchkeeper status`."""
        def said():
            found = self.daemon.status().get(server, {})
            return found.get("state") not in (None, "up") and found.get("error")
        self.wait(said, f"status to name {server}", 40)
        code, output = self.daemon.tool_status()
        self.assertEqual(1, code, output)
        self.assertIn(server, output.lower())

    def assert_status_is_well(self):
        """Nothing is wrong any more."""
        def well():
            status = self.daemon.status()
            return all(status.get(server, {}).get("state") == "up" for server in ("kafka", "redis"))
        self.wait(well, "status to be well again", 20)
        self.wait_until_live()
        self.wait(lambda: self.daemon.tool_status()[0] == 0, "`watchkeeper status` to be well again", 20)

    def test_redis_stopped_while_idle(self):
        """A daemon that has nothing to write notices that Redis is gone, and that it is back."""
        self.wait_until_live()
        self.redis.stop()
        self.daemon.process.wait_for_line("redis_down")
        self.assert_status_names("redis")
        self.redis.start()
        self.daemon.process.wait_for_line("redis_up")
        self.assert_status_is_well()

    def test_redis_frozen_while_idle(self):
        """The same of a Redis that keeps the connection and answers nothing: every question is answered all the same."""
        self.wait_until_live()
        self.redis.pause()
        self.assert_status_names("redis")
        self.redis.resume()
        self.assert_status_is_well()

    def test_kafka_stopped_while_idle(self):
        """Kafka goes, and comes back."""
        self.wait_until_live()
        self.kafka.stop()
        self.assert_status_names("kafka")
        self.kafka.start()
        self.assert_status_is_well()

    def test_redis_stopped(self):
        """Ten seconds without Redis."""
        for number, _ in enumerate(self.publish_pieces(10)):
            if number == 4:
                self.redis.stop()
                gone = care.now()
            if number == 6:
                self.assert_status_names("redis")
                self.wait(lambda: care.now() - gone > care.datetime.timedelta(seconds=10), "ten seconds to pass")
                self.redis.start()
        self.assert_whole()
        self.assert_status_is_well()

    def test_redis_killed_again_and_again(self):
        """Five power cuts of Redis."""
        for number, _ in enumerate(self.publish_pieces(10)):
            if number % 2:
                self.redis.kill()
                self.redis.start()
        self.assert_whole()

    def test_redis_frozen(self):
        """A Redis that keeps the connection and answers nothing, longer than the daemon waits."""
        pieces = self.publish_pieces(4)
        next(pieces)
        self.redis.pause()
        next(pieces)
        self.assert_status_names("redis")
        self.redis.resume()
        for _ in pieces:
            pass
        self.assert_whole()

    def test_kafka_restarted(self):
        """Kafka is stopped and started in the middle."""
        for number, _ in enumerate(self.publish_pieces(6)):
            if number == 2:
                self.kafka.stop()
                self.assert_status_names("kafka")
                self.kafka.start()
        self.assert_whole()
        self.assert_status_is_well()

    def test_kafka_killed(self):
        """A power cut of Kafka while a deadline fires: it is said when Kafka is back."""
        returned = care.ago(hours=72) + care.datetime.timedelta(seconds=3)
        self.publish(care.missing_and_back("child/DARK", returned))
        alert = "child/DARK|return-interview|missing:DARK-M1"
        self.wait_for_alert(f"{alert}#due_soon")
        self.kafka.kill()
        self.wait(lambda: care.now() > returned + care.datetime.timedelta(hours=72, seconds=1), "the deadline to pass")
        self.kafka.start()
        self.wait_for_alert(f"{alert}#overdue")
        self.assert_whole()

    def test_both_gone(self):
        """Both go in the middle of the stream, and come back one after the other."""
        for _ in self.publish_pieces(3):
            pass
        self.kafka.kill()
        self.redis.kill()
        self.redis.start()
        self.kafka.start()
        self.publish(care.missing_and_back("child/BACK", care.ago(hours=80)))
        self.assert_whole()
